"""Every action of the house in one list; a test holds it against `actions` of the domain."""

from __future__ import annotations

from actions.account import AccountBindForm, ConfirmBinding, ManageAccount
from actions.base import ServiceAction
from actions.billing import BalanceForm, BillForm, ShowBalance, ShowBill
from actions.conversation import TakeCorrection, TakeOffer
from actions.danger import DangerForm, ReportDanger, UpdateDanger
from actions.human import HandOver, OfferHumanForTopic, RequestHuman, SubmitComplaint
from actions.offers import AskWhich, DropOffer, OfferAsk, ServeAsk
from actions.outage import CheckOutage, ReportFault
from actions.outage_form import OutageForm
from actions.outage_info import OutageInfoForm, ShowOutages
from actions.outside import AnswerOutside
from actions.repair import RepairForm, ShowRepair, UrgeRepair
from actions.small_talk import SmallTalk
from actions.visit import Services

ACTIONS: tuple[type[ServiceAction], ...] = (
    AccountBindForm,
    AnswerOutside,
    AskWhich,
    BalanceForm,
    BillForm,
    CheckOutage,
    ConfirmBinding,
    DangerForm,
    DropOffer,
    HandOver,
    ManageAccount,
    OfferAsk,
    OfferHumanForTopic,
    OutageForm,
    OutageInfoForm,
    RepairForm,
    ReportDanger,
    ReportFault,
    RequestHuman,
    ServeAsk,
    ShowBalance,
    ShowBill,
    ShowOutages,
    ShowRepair,
    SmallTalk,
    SubmitComplaint,
    TakeCorrection,
    TakeOffer,
    UpdateDanger,
    UrgeRepair,
)


def build_actions(services: Services) -> list[ServiceAction]:
    """Builds one instance of every action with real services."""
    return [action(services) for action in ACTIONS]
