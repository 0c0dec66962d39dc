"""What crosses the seam: the company's facts as frozen values, money as Decimal, times aware in Asia/Shanghai."""

from backend.models.accounts import BoundAccount, CheckCode
from backend.models.billing import BillLine, Bill, MonthUsage
from backend.models.faults import FaultReport, OrderStep, FaultOrder
from backend.models.grid import Place
from backend.models.outages import Outage
from backend.models.payments import Money

__all__ = [
    "Bill",
    "BillLine",
    "BoundAccount",
    "CheckCode",
    "FaultOrder",
    "FaultReport",
    "Money",
    "MonthUsage",
    "OrderStep",
    "Outage",
    "Place",
]
