"""Calls of WeChat's and Alipay's own interfaces by an operator's tool, one process at a time."""
