-- one row per survey sent, with the topic of the ticket it asks about
{{ config(unique_key=['source_system', 'survey_id'], meta={'logs': ['answered_day', 'sent_day']}) }}

{% call affected('survey_id') %}
    with tickets as ({{ changed('tickets.ticket_id') }} union {{ came_due(ref('int_tickets'), 'ticket_id', ['opened_at']) }})
    {{ changed('surveys.survey_id') }}
    union
    {{ came_due(ref('int_surveys'), 'survey_id', ['sent_at', 'answered_at']) }}
    union
    select survey_id from {{ ref('int_surveys') }} where ticket_id in (select key from tickets)
{% endcall %}

with surveys as (
    select * from {{ ref('int_surveys') }} where {{ only_affected('survey_id') }}
),

tickets as (
    select source_system, ticket_id, topic from {{ ref('int_tickets') }}
)

select
    surveys.survey_id,
    surveys.source_system,
    surveys.kind,
    surveys.respondent_id,
    case when surveys.kind in ('csat', 'nps') then surveys.respondent_id end as customer_id,
    case when surveys.kind = 'employee' then surveys.respondent_id end as employee_id,
    surveys.ticket_id,
    surveys.channel,
    tickets.topic,
    surveys.sent_at,
    surveys.answered_at,
    {{ business_day('surveys.sent_at') }} as sent_day,
    {{ business_day('surveys.answered_at') }} as answered_day,
    coalesce(surveys.answered_at <= surveys.sent_at + interval 14 day, false) as is_answered_in_14_days,
    surveys.score,
    surveys.kind = 'csat' and coalesce(surveys.score between 1 and 5, false) as is_csat_answer,
    surveys.kind = 'csat' and coalesce(surveys.score between 4 and 5, false) as is_csat_satisfied,
    surveys.kind = 'nps' and coalesce(surveys.score between 0 and 10, false) as is_nps_answer,
    surveys.kind = 'nps' and coalesce(surveys.score between 9 and 10, false) as is_promoter,
    surveys.kind = 'nps' and coalesce(surveys.score between 7 and 8, false) as is_passive,
    surveys.kind = 'nps' and coalesce(surveys.score between 0 and 6, false) as is_detractor,
    case
        when surveys.kind = 'nps' and surveys.score between 9 and 10 then 100
        when surveys.kind = 'nps' and surveys.score between 7 and 8 then 0
        when surveys.kind = 'nps' and surveys.score between 0 and 6 then -100
    end as nps_points,
    surveys.kind = 'employee' and coalesce(surveys.score between 1 and 10, false) as is_employee_answer
from surveys
left join tickets using (source_system, ticket_id)
