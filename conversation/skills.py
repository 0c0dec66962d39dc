"""Which desk skill serves which business: the bot hands over by it, the desk routes and keeps hours by it."""

from __future__ import annotations

# Which desk skill serves a business; what is not named goes to the general queue.
_SKILLS = {
    "bill_query": "billing",
    "balance_query": "billing",
    "bill_dispute": "billing",
    "invoice_request": "billing",
    "pay_bill": "billing",
    "payment_issue": "billing",
    "autopay_manage": "billing",
    "reconnect_request": "billing",
    "usage_query": "billing",
    "points_query": "points",
    "outage_report": "fault",
    "outage_info_query": "fault",
    "power_quality_report": "fault",
    "meter_fault_report": "fault",
    "facility_defect_report": "fault",
    "repair_progress_query": "fault",
    "repair_urge": "fault",
    "repair_update": "fault",
    "danger_report": "danger",
    "appointment_create": "application",
    "appointment_manage": "application",
    "apply_new_or_capacity": "application",
    "apply_transfer": "application",
    "apply_close_account": "application",
    "apply_tariff_change": "application",
    "apply_meter_service": "application",
    "apply_ev_charger": "application",
    "apply_pv": "application",
    "ask_procedure": "application",
    "complaint_submit": "complaint",
    "report_violation": "complaint",
    "claim_appliance_damage": "complaint",
}


def skill_for(topic: str) -> str:
    """The desk skill that serves a business."""
    return _SKILLS.get(topic, "general")
