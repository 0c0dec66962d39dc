"""What each quantity of energy costs in each month: the company's own billing rules, asked once for each quantity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from runtime.errors import SettingsError
from utility.billing.charging import Charge, bill_charges, total
from utility.billing.composing import Stretch, compose
from utility.billing.powerfactor import PowerFactorRule
from utility.billing.tariffs import Tariffs
from utility.billing.terms import Supply, plan_of
from utility.seed.city.people import KVA, POWER_FACTOR
from utility.seed.table import Row

Month = tuple[date, date]
Wanted = tuple[str, int, int]  # plan, band, kWh


@dataclass(frozen=True)
class Prices:
    """The bills wanted (plan, band, kWh, tier, total), and their lines."""

    bills: list[Row]
    lines: list[Row]


class PriceList:
    """The company's prices in these months; months of the same table and bands share one `band`, their first month."""

    def __init__(self, months: Sequence[Month], tariffs: Tariffs, factors: PowerFactorRule) -> None:
        """Reads which table holds in which month.

        Raises:
            SettingsError: the company bills by the year, where a month's price hangs on the months before it.
        """
        self._months, self._factors = months, factors
        self._tables = [tariffs.at(since).value for since, _ in months]
        if any(table.annual for table in self._tables):
            raise SettingsError("the filled-up city is billed by the month; this company's table is by the year")
        tables = zip(self._tables, months, strict=True)
        kinds = [(table.name, table.month_band(since.month)) for table, (since, _) in tables]
        self.bands = tuple(kinds.index(kind) for kind in kinds)

    def priced(self, wanted: Iterable[Wanted]) -> Prices:
        """Prices every quantity that is wanted."""
        found = Prices([], [])
        for plan, band, kwh in wanted:
            tier, charges = self._bill(plan, band, kwh)
            found.bills.append((plan, band, kwh, tier, total(charges)))
            found.lines.extend(
                (plan, band, kwh, number, line.code, line.quantity, line.price, line.amount)
                for number, line in enumerate(charges, 1)
            )
        return found

    def _bill(self, plan: str, band: int, kwh: int) -> tuple[int | None, list[Charge]]:
        two_part = plan == "two_part"
        supply = Supply(Decimal(1), Decimal(KVA), Decimal(POWER_FACTOR)) if two_part else Supply()
        stretch = Stretch(*self._months[band], plan_of(plan), self._tables[band], Decimal(kwh))
        composed = compose([stretch], supply=supply)
        return composed.tier, bill_charges(composed.segments, factors=self._factors)
