"""The filled-up city's energy, bills and payments: set-based SQL over the price list, a slice of accounts at a time.

Every figure follows from the account's number and the seed by whole-number arithmetic, so that the same seed gives
the same city. Nine in ten bills of the last month are paid, one in sixty of the month before is still owed.
"""

from __future__ import annotations

from datetime import date, timedelta

from runtime.postgres import Connection

PREPARE = (
    """
    create temp table city_homes (
        n integer primary key, account_no text, meter_no text, plan text, prepaid boolean, base integer, start integer
    ) on commit drop
    """,
    """
    create temp table city_months (
        m integer primary key, band integer, period text, since date, until date, season integer, issued date,
        due date, last boolean, before_last boolean
    ) on commit drop
    """,
    # A day costs its formatting once, not once for every bill: its midnight, and how a payment of that day begins.
    "create temp table city_days (day date primary key, midnight timestamptz, stamp text) on commit drop",
    """
    create temp table city_prices (
        plan text, band integer, kwh integer, tier integer, total numeric, primary key (plan, band, kwh)
    ) on commit drop
    """,
    """
    create temp table city_price_lines (
        plan text, band integer, kwh integer, line_no integer, code text, quantity numeric, price numeric,
        amount numeric
    ) on commit drop
    """,
    """
    create temp table city_bills (
        n integer, m integer, account_no text, meter_no text, plan text, prepaid boolean, kwh integer, before integer,
        after integer, tier integer, total numeric, status text, paid_on date, paid_at timestamptz, payment_no text
    ) on commit drop
    """,
)

DAYS = """
insert into city_days
select day::date, day at time zone 'Asia/Shanghai', '{letter}' || to_char(day, 'YYMMDD')
from generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') as day
"""
INDEX = ("create index on city_price_lines (plan, band, kwh)", "analyze city_homes", "analyze city_price_lines",
         "analyze city_prices", "analyze city_months", "analyze city_days")  # fmt: skip

# kWh: the base of the account, the season of the month, and up to a fifth more or less by a mix of number and seed.
ENERGY = """
    select n, m, account_no, meter_no, plan, prepaid, start, case plan
        when 'two_part' then greatest(100, (base * season / 100 * (80 + mix % 41) / 100) / 100 * 100)
        else greatest(1, base * season / 100 * (80 + mix % 41) / 100) end as kwh, mix
    from city_homes, city_months,
        lateral (select ((n::bigint * 7919 + m * 104729 + {seed}) * 48271 % 2147483647)::integer as mix) mixed
"""
QUANTITIES = f"""
    select distinct plan, band, kwh from ({ENERGY}) used join city_months using (m) order by plan, band, kwh
"""

USED = f"""
truncate city_bills;
insert into city_bills
with used as materialized (
    {ENERGY}
    where n between {{first}} and {{last}}
), read as (
    select *, (start + sum(kwh) over (partition by n order by m))::integer as after from used
), priced as materialized (
    select read.*, p.tier, p.total,
           case when prepaid then issued
                when not (last and mix % 100 < 25) and not (before_last and mix % 1000 < 15)
                    and issued + 1 + mix % 17 < date '{{today}}' then issued + 1 + mix % 17 end as paid_on
    from read join city_months using (m) join city_prices p using (plan, band, kwh)
)
select n, m, account_no, meter_no, plan, prepaid, kwh, after - kwh, after, tier, total,
       case when prepaid then 'settled_from_balance' when paid_on is null then 'unpaid' else 'paid' end, paid_on,
       midnight + make_interval(mins => case when prepaid then 1200 else 480 + mix % 720 end),
       stamp || 100000 + n
from priced left join city_days on day = case when prepaid then paid_on - 1 else paid_on end
order by n, m
"""

# Invented payments are numbered by their account, in six digits; the company's own go on behind them.
NUMBERED = """
insert into number_sequences (letter, day, last)
select '{letter}', day::date, 100000 + {accounts} from generate_series($1::date, $2::date, interval '1 day') as day
on conflict (letter, day) do update set last = greatest(number_sequences.last, excluded.last)
"""

BOOKS = (
    """
    insert into bills (account_no, period, days, reading_before, reading_after, kwh, tier, total, issued, due, status,
        paid_on, plan, since, until, version)
    select account_no, period, until - since, before, after, kwh, tier, total, issued, due, status, paid_on, plan,
        since, until, 1
    from city_bills join city_months using (m)
    """,
    """
    insert into bill_lines (account_no, period, line_no, code, quantity, price, amount, segment_no)
    select account_no, period, line_no, code, quantity, price, amount, 1
    from city_bills join city_months using (m) join city_price_lines using (plan, band, kwh)
    """,
    """
    insert into payments (payment_no, account_no, at, amount, channel, status, channel_order, note)
    select payment_no, account_no, paid_at, case when prepaid then ceil(total / 10) * 10 else total end,
        ($1::text[])[1 + n % cardinality($1)], 'success', null, ''
    from city_bills where payment_no is not null
    """,
    """
    insert into ledger_moves (account_no, at, from_book, to_book, period, amount, ref)
    select account_no, at, from_book, to_book, moved, amount, ref
    from (
        select *, case when prepaid then ceil(total / 10) * 10 else total end as paid
        from city_bills join city_months using (m) join city_days on day = issued
        where payment_no is not null order by n, m
    ) bills,
    lateral (values
        (paid_at, 'provider', 'credit', null, paid, payment_no),
        (case when prepaid then midnight else paid_at end, 'credit', 'bill', period, total,
         case when prepaid then period else payment_no end)
    ) as move (at, from_book, to_book, moved, amount, ref)
    """,
    """
    insert into meter_readings (account_no, read_on, revision, meter_no, kind, value, registers, why, actor, taken_at)
    select account_no, read_on, 1, meter_no, 'actual', value, null, why, 'system:books',
           midnight + interval '30 minutes'
    from city_bills join city_months using (m),
    lateral (values (1, since, before, 'opening'), (2, until, after, 'periodic')) as shown (place, read_on, value, why)
    join city_days on day = read_on
    where place = 2 or m = 0
    """,
    # The account's base by the season, a thirtieth a day, a fifth more or less: rounded to tenths in whole numbers.
    """
    insert into daily_usage (account_no, day, kwh)
    select account_no, day,
        (base::bigint * $3 * (80 + (n + number * 37) % 41) * 2 + 30000) / 60000 * 0.1
    from city_homes, (select day, extract(day from day)::integer as number from city_days
                      where day between $1::date and $2 offset 0) as days
    where n between {first} and {last} order by n, day
    """,
)


async def fill_slice(
    connection: Connection,
    first: int,
    last: int,
    seed: int,
    *,
    letter: str,
    channels: list[str],
    days: tuple[date, date, int],
) -> None:
    """Bills the accounts numbered `first` to `last`: energy, bills with lines, payments, the ledger, readings, days."""
    today = days[1] + timedelta(days=1)
    numbers = {"first": first, "last": last, "seed": seed, "today": today, "letter": letter}
    for statement in USED.format(**numbers).split(";"):
        await connection.execute(statement)
    await connection.execute("analyze city_bills")
    for statement in BOOKS:
        values = list(channels) if "$1::text[]" in statement else None
        arguments = [values] if values else list(days) if "$1::date" in statement else []
        await connection.execute(statement.format(**numbers), *arguments)
