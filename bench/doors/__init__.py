"""Visitors of a bot under test, one for each door."""

from bench.doors.rest import RestVisitor
from bench.doors.visitor import Visitor
from bench.doors.web import WebVisitor
from bench.doors.wechat import WechatVisitor

__all__ = ["RestVisitor", "Visitor", "WebVisitor", "WechatVisitor"]
