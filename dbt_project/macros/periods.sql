{% macro previous_period_start(grain, period_start) -%}
    {#- First day of the period before. -#}
    case {{ grain }}
        when 'day' then {{ period_start }} - 1
        when 'week' then {{ period_start }} - 7
        when 'month' then ({{ period_start }} - interval 1 month)::date
        when 'quarter' then ({{ period_start }} - interval 3 month)::date
        else ({{ period_start }} - interval 1 year)::date
    end
{%- endmacro %}

{% macro year_ago_period_start(grain, period_start) -%}
    {#- First day of the period of last year: the same weekday for days and weeks (364 days), else the same dates. -#}
    case
        when {{ grain }} in ('day', 'week') then {{ period_start }} - 364
        else ({{ period_start }} - interval 1 year)::date
    end
{%- endmacro %}
