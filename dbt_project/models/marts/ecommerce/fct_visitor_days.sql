-- one row per identified customer and day on which a web session of theirs started
{{ config(unique_key=['customer_id', 'session_day'], meta={'logs': ['session_day']}) }}

{% call affected('session_day', 'date') %}
    {{ changed('fct_sessions.session_day') }}
{% endcall %}

select distinct
    customer_id,
    session_day
from {{ ref('fct_sessions') }}
where customer_id is not null and {{ only_affected('session_day') }}
