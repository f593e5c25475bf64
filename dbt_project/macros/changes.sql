{#-
  What changed travels as a log: a model appends the keys whose rows changed (control.changes), a consumer reads what
  is newer than its last acknowledgement (control.offsets). Writing, logging and acknowledging are one transaction,
  so a kill between two models loses nothing.
-#}

{% macro changed(topic) -%}
    select key from control.changes
    where topic = '{{ topic }}'
        and seq > (select coalesce(max(seq), -1) from control.offsets where consumer = '{{ model.name }}')
{%- endmacro %}

{% macro came_due(relation, key, columns) -%}
    {#- Keys of rows with a time that lay after this model's last as-of and no longer does. -#}
    select {{ key }} from {{ relation }}
    where greatest({{ columns | join(', ') }})
        > (select coalesce(max(as_of), 'infinity'::timestamp) from control.offsets where consumer = '{{ model.name }}')
{%- endmacro %}

{% macro affected(keys, types=none) -%}
    {#- Around a query for the keys to recompute: keeps them for the model and its strategy; adds nothing to the model. -#}
    {%- set keys = [keys] if keys is string else keys -%}
    {%- set types = ['varchar'] * (keys | length) if types is none else ([types] if types is string else types) -%}
    {%- set query = caller() -%}
    {%- if is_building() and is_incremental() -%}
        {%- do run_query(
            'create or replace table ' ~ affected_relation() ~ ' as select distinct '
            ~ _cast_list(keys, types) ~ ' from (' ~ query ~ ') as affected (' ~ keys | join(', ') ~ ')'
        ) -%}
    {%- endif -%}
{%- endmacro %}

{% macro _cast_list(keys, types) -%}
    {%- for key in keys -%}
        {{ key }}::{{ types[loop.index0] }} as {{ key }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro affected_relation() -%}
    control.affected__{{ model.name }}
{%- endmacro %}

{% macro only_affected(key) -%}
    {#- A filter on the rows to recompute; every row on a first build. -#}
    {%- if is_incremental() -%}
        {{ key }} in (select {{ key.split('.') | last }} from {{ affected_relation() }})
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{% macro acknowledge() -%}
    {#- Closes an incremental model's transaction: a first build logs every key, and what was read counts as seen. -#}
    {%- if config.get('materialized') == 'incremental' -%}
        {%- set first_build = "not exists (select 1 from control.offsets where consumer = '" ~ model.name ~ "')" -%}
        {%- for topic, column in logged_topics() %}
        insert into control.changes
        select '{{ topic }}', key, nextval('control.change_seq')
        from (select distinct {{ column }}::varchar as key from {{ this }} where {{ column }} is not null)
        where {{ first_build }};
        {%- endfor %}
        {%- if config.get('incremental_strategy') == 'newest_wins' %}
        insert into control.staged
        select '{{ model.name }}', batch from control.batches
        where system = '{{ system_of(model) }}' and table_name = '{{ origin_of(model) }}'
            and batch not in (select batch from control.staged where model = '{{ model.name }}');
        {%- endif %}
        insert into control.offsets
        select '{{ model.name }}', coalesce(max(seq), 0), {{ as_of() }} from control.changes;
    {%- endif -%}
{%- endmacro %}

{% macro logged_topics() -%}
    {#- (topic, column) pairs: a staging model logs for its entity, any other model under its own name. -#}
    {%- set topics = [] -%}
    {%- if config.get('incremental_strategy') == 'newest_wins' -%}
        {%- set entity = source_spec(system_of(model), table_of(model)).get('entity') -%}
        {%- for column in routing_columns(entity) -%}
            {%- do topics.append((entity ~ '.' ~ column, column)) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for column in config.get('meta', {}).get('logs', []) -%}
            {%- do topics.append((model.name ~ '.' ~ column, column)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(topics) }}
{%- endmacro %}

{% macro routing_columns(entity) -%}
    {#- By which columns the facts find what a changed row of an entity touches. -#}
    {{ return({
        'customers': ['customer_id'],
        'products': ['product_id'],
        'orders': ['order_id', 'customer_id'],
        'order_lines': ['order_id'],
        'refunds': ['order_id'],
        'leads': ['lead_id'],
        'deals': ['deal_id', 'market'],
        'sales_activities': ['activity_id', 'market'],
        'ad_spend': ['day'],
        'web_events': ['session_id'],
        'tickets': ['ticket_id'],
        'interactions': ['interaction_id', 'ticket_id'],
        'surveys': ['survey_id'],
        'employees': ['employee_id'],
    }.get(entity, [])) }}
{%- endmacro %}

{% macro system_of(node) -%}
    {{ return(node.name.removeprefix('stg_').split('__')[0]) }}
{%- endmacro %}

{% macro table_of(node) -%}
    {{ return(node.name.removeprefix('stg_').split('__')[1]) }}
{%- endmacro %}

{% macro origin_of(node) -%}
    {{ return(source_spec(system_of(node), table_of(node)).get('from', table_of(node))) }}
{%- endmacro %}
