{% macro union_of(entity, derived=[]) -%}
    {#-
      Every system's rows of an entity in the model's column contract; none declared gives an empty table.
      derived: columns of the contract that the model computes itself.
    -#}
    {%- set ours = ['source_system', 'updated_at'] + derived -%}
    {%- set columns = model.get('columns', {}).values() | rejectattr('name', 'in', ours) | list -%}
    {%- for system, table in var('entities', {}).get(entity, []) %}
    select
        '{{ system }}'::varchar as source_system,
        {%- for column in columns %}
        {{ column['name'] }}::{{ column['data_type'] }} as {{ column['name'] }},
        {%- endfor %}
        _version::timestamp as updated_at
    from {{ ref('stg_' ~ system ~ '__' ~ table) }}
    where not _deleted
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select
        null::varchar as source_system,
        {%- for column in columns %}
        null::{{ column['data_type'] }} as {{ column['name'] }},
        {%- endfor %}
        null::timestamp as updated_at
    where false
    {%- endfor %}
{%- endmacro %}
