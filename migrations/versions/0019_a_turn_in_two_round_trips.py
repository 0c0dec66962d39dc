"""A turn in few round trips: taking a message in, claiming it with all that is known, ending it, handing lines out.

Each is one statement to who asks and a small transaction here; what they do is what the rooms' modules did in a row
(docs/decisions/0018-what-stands-around-a-turn.md). `joins` names the line whose turn answers a line of the same burst.

Revision ID: 0019
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"

# See handoff.transcript.receive and bot.reception.delivery_book.reopen.
RECEIVE = """
create function receive_message(
    of_conversation text, by_channel text, by_user text, client_id text, content jsonb, at timestamptz
) returns table (line bigint, known boolean) language plpgsql as $$
declare
    of_epoch integer;
begin
    insert into conversations (conversation_id, channel, channel_user, created_at, updated_at)
        values (of_conversation, by_channel, by_user, at, at) on conflict do nothing;
    select c.epoch into of_epoch from conversations c where c.conversation_id = of_conversation for update;
    select m.seq into line from messages m
        where m.conversation_id = of_conversation and m.role = 'customer' and m.channel_message_id = client_id;
    known := found;
    if not known then
        update conversations c set last_seq = c.last_seq + 1, updated_at = at, unfollowed_at = null
            where c.conversation_id = of_conversation returning c.last_seq into line;
        insert into messages (conversation_id, seq, role, body, created_at, epoch, channel_message_id, turn)
            values (of_conversation, line, 'customer', content, at, of_epoch, client_id, 'pending');
        update messages m set delivery = 'pending', next_try_at = at, failed_ways = '{}',
                delivery_attempts = case when m.owed then 0 else m.delivery_attempts end, owed = false
            where m.conversation_id = of_conversation
                and (m.owed or (m.delivery = 'pending' and m.next_try_at is not null));
    end if;
    return next;
end $$;
"""

# The caller's connection holds the turn or not (`held`); what it holds when this ends, `state` says. A claim that a
# crash of the server forgets is made again, and its answer is written once all the same: its commit waits for no disk.
CLAIM = """
create function claim_turn(
    space integer, of_conversation text, held boolean, links_since timestamptz, words_since timestamptz,
    marks_since timestamptz
) returns table (
    state text, line bigint, content jsonb, attempt integer, at timestamptz, around jsonb, waiting jsonb
) language plpgsql as $$
declare
    next_line bigint;
    of_epoch integer;
begin
    loop
        select m.seq into next_line from messages m
            where m.conversation_id = of_conversation and m.turn = 'pending' order by m.seq limit 1;
        if next_line is not null and held then
            exit;
        elsif next_line is not null then
            if not pg_try_advisory_lock(space, hashtext(of_conversation)) then
                state := 'busy';
                return next;
                return;
            end if;
            held := true;  -- and look again: who had the turn may have answered
        elsif held then
            perform pg_advisory_unlock(space, hashtext(of_conversation));
            held := false;  -- and look again: who wrote meanwhile could not take the turn and relies on it
        else
            state := 'idle';
            return next;
            return;
        end if;
    end loop;
    perform set_config('synchronous_commit', 'off', true);
    update messages m set turn_attempts = m.turn_attempts + 1
        where m.conversation_id = of_conversation and m.seq = next_line
        returning m.body, m.turn_attempts, m.created_at, m.epoch into content, attempt, at, of_epoch;
    state := 'claimed';
    line := next_line;
    around := turn_around(of_conversation, next_line, links_since, words_since, marks_since);
    waiting := (
        select jsonb_agg(jsonb_build_object('seq', w.seq, 'body', w.body, 'joins', w.joins,
                                            'at', extract(epoch from w.created_at)) order by w.seq)
        from (select m.seq, m.body, m.joins, m.created_at from messages m
              where m.conversation_id = of_conversation and m.turn = 'pending' and m.seq > next_line
                and m.epoch = of_epoch
              order by m.seq limit 8) w);
    return next;
end $$;
"""

AROUND = """
create function turn_around(
    of_conversation text, before bigint, links_since timestamptz, words_since timestamptz, marks_since timestamptz
) returns jsonb language sql stable as $$
select jsonb_build_object(
    'channel', c.channel, 'channel_user', c.channel_user, 'owner', c.owner, 'epoch', c.epoch,
    'return_note', c.return_note, 'return_facts', c.return_facts, 'risks', c.profile -> 'risks',
    'mood', case when c.mood_at > words_since then c.mood end,
    'errands', (
        select jsonb_agg(jsonb_build_object('id', e.errand_id, 'action', e.action, 'wish', e.body -> 'wish')
                         order by e.errand_id)
        from errands e where e.conversation_id = of_conversation and e.state = 'waiting'),
    'links', (
        select jsonb_agg(jsonb_build_object('id', l.link_id, 'source', l.source_id) order by l.made_at, l.link_id)
        from identity_links l
        where l.conversation_id = of_conversation and l.settled_at is null and l.made_at > links_since),
    'promises', (
        select jsonb_agg(jsonb_build_object('text', p.text, 'due_at', p.due_at) order by p.due_at)
        from promises p where p.conversation_id = of_conversation and p.state = 'watching'),
    'words', (
        select jsonb_agg(w.body -> 'text' order by w.seq desc)
        from (select m.seq, m.body from messages m
              where m.conversation_id = of_conversation and m.role = 'customer' and m.seq < before
                and m.created_at > words_since order by m.seq desc limit 4) w),
    'written', (
        select jsonb_agg(w.body -> 'text' order by w.seq desc)
        from (select m.seq, m.body from messages m
              where m.conversation_id = of_conversation and m.role = 'customer' and m.seq < before
                and not m.body ? 'location' and coalesce(m.body -> 'attachment' ->> 'text', 'none') <> ''
              order by m.seq desc limit 20) w),
    'shown', (
        select jsonb_agg(jsonb_build_object('buttons', w.buttons, 'reply_to', w.reply_to) order by w.seq desc)
        from (select m.seq, m.body -> 'buttons' as buttons, m.reply_to from messages m
              where m.conversation_id = of_conversation and m.role = 'bot' and m.seq < before
                and m.delivery is distinct from 'suppressed' order by m.seq desc limit 4) w),
    'told', (
        select jsonb_build_object('told', m.body -> 'told', 'at', extract(epoch from m.created_at)) from messages m
        where m.conversation_id = of_conversation and m.seq < before and m.role in ('bot', 'agent', 'system')
            and m.delivery is distinct from 'suppressed' order by m.seq desc limit 1),
    'marks', (
        select jsonb_agg(jsonb_build_object('topic', t.topic, 'at', extract(epoch from t.at)) order by t.at, t.mark_id)
        from trigger_marks t
        where t.conversation_id = of_conversation and t.kind = 'contact' and t.at > marks_since),
    'served', exists (
        select from escalations e where e.conversation_id = of_conversation and e.state in ('returned', 'closed')),
    'weeks', (select jsonb_agg(to_jsonb(h)) from service_hours h),
    'days', (select jsonb_agg(to_jsonb(d) order by d.day_id) from service_days d))
from conversations c where c.conversation_id = of_conversation
$$;
"""

# The end of a turn that changes nothing but the talk itself. Whatever has changed since its claim is told, and nothing
# is done: then the turn is ended step by step.
FINISH = """
create function finish_turn(
    of_conversation text, answered bigint[], in_attempt integer, as_owner text, in_epoch integer, at timestamptz,
    felt integer, topic text, note text, learned jsonb, bubbles jsonb, base bigint, gained jsonb,
    opens boolean[]
) returns text language plpgsql as $$
declare
    now_owner text;
    now_epoch integer;
    last bigint;
    still integer;
begin
    select c.owner, c.epoch, c.last_seq into now_owner, now_epoch, last
        from conversations c where c.conversation_id = of_conversation for update;
    if now_owner is distinct from as_owner or now_epoch <> in_epoch then
        return 'moved';
    end if;
    select count(*) into still from messages m
        where m.conversation_id = of_conversation and m.seq = any(answered) and m.turn = 'pending'
            and m.turn_attempts = in_attempt;
    if still <> cardinality(answered) then
        return 'lost';
    end if;
    update messages m set turn = 'done' where m.conversation_id = of_conversation and m.seq = any(answered);
    insert into messages (conversation_id, seq, role, body, created_at, epoch, reply_to, delivery)
        select of_conversation, last + b.place, 'bot', b.body, at, now_epoch, answered[1], 'pending'
        from jsonb_array_elements(bubbles) with ordinality b (body, place);
    update conversations c set last_seq = last + jsonb_array_length(bubbles), updated_at = at,
            mood = coalesce(felt, c.mood), mood_at = case when felt is null then c.mood_at else at end,
            profile = c.profile || learned,
            return_note = case when c.return_note = note then null else c.return_note end
        where c.conversation_id = of_conversation;
    insert into tracker_events (conversation_id, position, session_start, event)
        select of_conversation, base + e.place, opens[e.place], e.event
        from jsonb_array_elements(gained) with ordinality e (event, place);
    if topic is not null then
        insert into trigger_marks (conversation_id, kind, topic, at) values (of_conversation, 'contact', topic, at);
    end if;
    return 'done';
end $$;
"""

# The lock first, and the lines as they stand once it is had: an agent's accept waits for it or has suppressed them.
HAND_OUT = """
create function lines_to_send(of_conversation text, after bigint, most integer)
returns table (
    conversation_id text, seq bigint, role text, body jsonb, epoch integer, agent_id text, channel_message_id text,
    delivery text, created_at timestamptz, agent_name text
) language plpgsql as $$
begin
    perform 1 from conversations c where c.conversation_id = of_conversation for share;
    return query
        select m.conversation_id, m.seq, m.role, m.body, m.epoch, m.agent_id, m.channel_message_id, m.delivery,
            m.created_at, a.name
        from messages m left join agents a on a.agent_id = m.agent_id
        where m.conversation_id = of_conversation and m.seq > after and m.role <> 'note'
            and m.delivery is distinct from 'suppressed'
        order by m.seq limit most;
end $$;
"""


def upgrade() -> None:
    """Adds the column and the functions."""
    op.execute("alter table messages add column joins bigint")
    op.execute("comment on column messages.joins is 'the line of the same burst whose turn answers this one'")
    for function in (RECEIVE, AROUND, CLAIM, FINISH, HAND_OUT):
        op.execute(function)


def downgrade() -> None:
    """Drops them."""
    for name in ("lines_to_send", "finish_turn", "claim_turn", "turn_around", "receive_message"):
        op.execute(f"drop function {name}")
    op.execute("alter table messages drop column joins")
