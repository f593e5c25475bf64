{% test keeps_constants(model, entity) %}
    {#-
      Every row of a table has the values that sources.yml says all its rows have (`holds`), on which lineage relies.
      One row per table and column with other values: rule, failed_rows.
    -#}
    {{ config(fail_calc = 'coalesce(sum(failed_rows), 0)') }}
    {%- set holds = var('holds', {}).get(entity, {}) -%}
    {%- set checked = [] -%}
    {%- for system, table in var('entities', {}).get(entity, []) -%}
        {%- for column, values in holds.get(system ~ '.' ~ table, {}).items() -%}
            {%- do checked.append((system, table, column, values)) -%}
        {%- endfor -%}
    {%- endfor %}
    {%- for system, table, column, values in checked %}
    select '{{ system }}.{{ table }}: {{ column }} is {{ values | join(" or ") }}' as rule, count(*) as failed_rows
    from {{ ref('stg_' ~ system ~ '__' ~ table) }}
    where not _deleted and coalesce({{ column }}::varchar not in ('{{ values | join("', '") }}'), true)
    having count(*) > 0
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select 'none' as rule, 0 as failed_rows from {{ model }} where false
    {%- endfor %}
{% endtest %}
