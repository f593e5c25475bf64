{% test agrees_with(model, relation, measures, filter='true') %}
    {#-
      A table has exactly what it is made from: each measure (name: aggregate, or a pair of them, here and there) is the
      same over the model and over the rows of the relation it comes from. One row per measure that differs.
    -#}
    {%- set pairs = {} -%}
    {%- for name, aggregate in measures.items() -%}
        {%- do pairs.update({name: [aggregate, aggregate] if aggregate is string else aggregate}) -%}
    {%- endfor %}
    with here as (
        select {% for pair in pairs.values() %}{{ pair[0] }} as measure_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}
        from {{ model }}
    ),

    there as (
        select {% for pair in pairs.values() %}{{ pair[1] }} as measure_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}
        from {{ relation }}
        where {{ filter }}
    )

    {%- for name in pairs %}
    select '{{ name }}' as rule, here.measure_{{ loop.index }} as here, there.measure_{{ loop.index }} as there
    from here cross join there
    where coalesce(here.measure_{{ loop.index }}, 0) <> coalesce(there.measure_{{ loop.index }}, 0)
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{% endtest %}
