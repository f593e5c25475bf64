{% test known_in(model, column_name, relation, key) %}
    {#-
      What a column names is a row of another relation, where it names anything and that relation has rows at all: a
      company need not feed every entity. One row per name that is not known, with how many rows have it.
    -#}
    {{ config(fail_calc = 'coalesce(sum(failed_rows), 0)') }}
    select model.{{ column_name }}, count(*) as failed_rows
    from {{ model }} as model
    left join (select distinct {{ key }} as known from {{ relation }}) as other on model.{{ column_name }} = other.known
    where model.{{ column_name }} is not null and other.known is null
        and exists (select 1 from {{ relation }})
    group by model.{{ column_name }}
{% endtest %}
