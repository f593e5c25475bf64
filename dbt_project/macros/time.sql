{% macro to_utc(column, system, table) -%}
    {#- A source's local wall-clock time as a UTC timestamp. -#}
    {%- set zone = source_spec(system, table).get('time_zone', 'UTC') -%}
    {%- if zone == 'UTC' -%} {{ column }}
    {%- else -%} timezone('UTC', timezone('{{ zone }}', {{ column }}))
    {%- endif -%}
{%- endmacro %}

{% macro business_day(column) -%}
    {#- The company's calendar day of a UTC timestamp. -#}
    timezone('{{ time_zone() }}', timezone('UTC', {{ column }}))::date
{%- endmacro %}

{% macro day_start(column) -%}
    {#- The UTC timestamp at which a day begins in the company's calendar. -#}
    timezone('UTC', timezone('{{ time_zone() }}', {{ column }}::timestamp))
{%- endmacro %}

{% macro business_calendar() -%}
    {{ return(var('calendar', {
        'time_zone': 'UTC', 'week_starts_on': 'monday', 'fiscal_year_starts': 1,
        'first_day': '2000-01-01', 'currency': 'EUR'
    })) }}
{%- endmacro %}

{% macro first_day() -%}
    {{ business_calendar()['first_day'] }}
{%- endmacro %}

{% macro week_offset() -%}
    {#- Days from Monday to the first day of the business week. -#}
    {%- set weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] -%}
    {{ weekdays.index(business_calendar()['week_starts_on']) }}
{%- endmacro %}

{% macro fiscal_offset() -%}
    {#- Months from January to the first month of the fiscal year. -#}
    {{ business_calendar()['fiscal_year_starts'] - 1 }}
{%- endmacro %}

{% macro time_zone() -%}
    {{ business_calendar()['time_zone'] }}
{%- endmacro %}
