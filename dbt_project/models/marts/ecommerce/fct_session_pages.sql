-- one row per web session and page that it saw
{{ config(unique_key=['source_system', 'session_id', 'page'], meta={'logs': ['session_day']}) }}

{% call affected('session_id') %}
    {{ changed('web_events.session_id') }}
    union
    {{ came_due(ref('int_web_events'), 'session_id', ['occurred_at']) }}
{% endcall %}

with events as (
    select *, row(occurred_at, event_id) as position from {{ ref('int_web_events') }}
    where session_id is not null and {{ only_affected('session_id') }}
),

sessions as (
    select
        session_id,
        source_system,
        min(occurred_at) as started_at,
        max_by(page, position) filter (page is not null) as last_page
    from events
    group by session_id, source_system
)

select distinct
    events.session_id,
    events.source_system,
    events.page,
    {{ business_day('sessions.started_at') }} as session_day,
    events.page = sessions.last_page as is_exit
from events
inner join sessions using (session_id, source_system)
where events.page is not null
