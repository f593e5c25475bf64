{#- The two incremental strategies. Both replace rows and log what changed in the model's one transaction. -#}

{% macro get_incremental_replace_rows_sql(arg_dict) -%}
    {#- Facts, states, values: the new rows replace all rows of the affected keys. -#}
    {%- set keys = run_query('select * from ' ~ affected_relation() ~ ' limit 0').column_names -%}
    create or replace temp table incoming as select * from {{ arg_dict['temp_relation'] }};
    create or replace temp table outgoing as
    select target.* from {{ arg_dict['target_relation'] }} as target
    semi join {{ affected_relation() }} using ({{ keys | join(', ') }});
    {{ swap_rows(arg_dict) }}
{%- endmacro %}

{% macro get_incremental_newest_wins_sql(arg_dict) -%}
    {#-
      Staging: a newly landed row replaces the stored one of its key (or group) unless that one is a newer version;
      a newer snapshot always does, and if it lost no row to quarantine, a key that it lacks is marked deleted.
    -#}
    {%- set target = arg_dict['target_relation'] -%}
    {%- set keys = config.get('meta', {}).get('group') or arg_dict['unique_key'] -%}
    {%- set keys = [keys] if keys is string else keys -%}
    {%- set is_snapshot = source_spec(system_of(model), table_of(model)).get('mode') == 'snapshot' -%}
    create or replace temp table incoming as
    select landed.* from {{ arg_dict['temp_relation'] }} as landed
    {%- if not is_snapshot %}
    where not exists (
        select 1 from {{ target }} as stored
        where {% for key in keys %}stored.{{ key }} = landed.{{ key }} and {% endfor %}stored._version > landed._version
    )
    {%- endif %};
    {%- if is_snapshot and lands_whole_snapshot() %}
    insert into incoming
    select stored.* replace (true as _deleted) from {{ target }} as stored
    anti join {{ arg_dict['temp_relation'] }} using ({{ keys | join(', ') }})
    where not stored._deleted;
    {%- endif %}
    create or replace temp table outgoing as
    select stored.* from {{ target }} as stored semi join incoming using ({{ keys | join(', ') }});
    {{ swap_rows(arg_dict) }}
{%- endmacro %}

{% macro lands_whole_snapshot() -%}
    {#- True when the newest pull that lost no row to quarantine is new to this model. -#}
    {%- set unseen -%}
        select count(*) > 0 from control.batches
        where system = '{{ system_of(model) }}' and table_name = '{{ origin_of(model) }}'
            and pull = {{ newest_whole_pull(system_of(model), origin_of(model)) }}
            and batch not in (select batch from control.staged where model = '{{ model.name }}')
    {%- endset -%}
    {{ return(run_query(unseen).columns[0].values()[0]) }}
{%- endmacro %}

{% macro swap_rows(arg_dict) -%}
    {#- From the temp tables outgoing (stored rows in scope) and incoming: rows that are equal in both stay as they are. -#}
    {%- set target = arg_dict['target_relation'] -%}
    {%- set unique_key = arg_dict['unique_key'] -%}
    {%- set unique_key = [unique_key] if unique_key is string else unique_key -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='name') | list -%}
    {%- set compared = columns | reject('in', ['run_id', '_batch']) | join(', ') -%}
    create or replace temp table removed as
    select {{ compared }} from outgoing except all select {{ compared }} from incoming;
    create or replace temp table added as
    select {{ compared }} from incoming except all select {{ compared }} from outgoing;
    {%- for topic, column in logged_topics() %}
    insert into control.changes
    select '{{ topic }}', key, nextval('control.change_seq')
    from (
        select {{ column }}::varchar as key from removed where {{ column }} is not null
        union
        select {{ column }}::varchar from added where {{ column }} is not null
    );
    {%- endfor %}
    delete from {{ target }} as target using removed
    where {% for key in unique_key %}{{ 'and ' if not loop.first }}target.{{ key }} is not distinct from removed.{{ key }} {% endfor %};
    insert into {{ target }} ({{ columns | join(', ') }})
    select {% for column in columns %}incoming.{{ column }}{{ ', ' if not loop.last }}{% endfor %} from incoming
    where exists (
        select 1 from added
        where {% for key in unique_key %}{{ 'and ' if not loop.first }}added.{{ key }} is not distinct from incoming.{{ key }} {% endfor %}
    );
{%- endmacro %}
