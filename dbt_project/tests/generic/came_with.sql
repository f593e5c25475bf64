{% test came_with(model, entity, parent, key) %}
    {#- Staged rows of an entity whose parent its system never delivered: the join with the parent leaves them out. -#}
    {%- set entities = var('entities', {}) -%}
    {%- for system, table in entities.get(entity, []) %}
    select '{{ system }}.{{ table }}' as source_table, {{ key }}
    from {{ ref('stg_' ~ system ~ '__' ~ table) }}
    where
        not _deleted
        {%- for origin, parents in entities.get(parent, []) if origin == system %}
        and {{ key }} not in (
            select {{ key }} from {{ ref('stg_' ~ origin ~ '__' ~ parents) }} where {{ key }} is not null
        )
        {%- endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- else %}
    select null as source_table, null as {{ key }} from {{ model }} where false
    {%- endfor %}
{% endtest %}
