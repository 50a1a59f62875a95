using System.Buffers;
using System.Collections.Frozen;

namespace LlmGateway.Retrieval.Sources.Sql;

/// <summary>What the two databases read differently, and the functions that a query may call: none that writes, waits, opens files or tells of the server.</summary>
/// <param name="Name">The database's, as the model is told.</param>
/// <param name="DefaultSchema">Where tables are whose schema is not named.</param>
/// <param name="HasCasts">Whether <c>::type</c> is a cast.</param>
/// <param name="Symbols">What may stand outside of names, numbers and texts.</param>
/// <param name="Functions">In lower case.</param>
/// <param name="Schemas">Names of schemas that are there in any database; a query may qualify nothing with them.</param>
internal sealed record SqlDialect(
    string Name, string DefaultSchema, bool HasCasts, SearchValues<char> Symbols, FrozenSet<string> Functions, FrozenSet<string> Schemas)
{
    // Those whose result can be far longer than what they are given (repeat, lpad, format, zeroblob) are left out, and so is all that PostgreSQL calls volatile.
    private const string Shared =
        "abs avg ceil ceiling char coalesce count cume_dist date dense_rank exp first_value floor greatest ifnull iif lag last_value lead least length ln log lower ltrim max min " +
        "mod nth_value ntile nullif percent_rank pi power rank replace round row_number rtrim sign sqrt substr substring sum trim trunc upper";

    private const string OfPostgres =
        "age array_length array_position array_to_string ascii bool_and bool_or btrim cardinality char_length character_length chr concat concat_ws corr " +
        "date_bin date_part date_trunc div every extract initcap json_agg json_array_length json_build_object json_object_agg jsonb_agg jsonb_array_length jsonb_build_object " +
        "justify_days left make_date make_interval mode now octet_length overlay percentile_cont percentile_disc position regexp_count regexp_like regexp_match regexp_replace regexp_substr " +
        "reverse right split_part starts_with stddev stddev_pop stddev_samp string_agg strpos to_char to_date to_number to_timestamp translate unnest var_pop var_samp variance width_bucket";

    private const string OfSqlite =
        "concat concat_ws datetime group_concat glob hex instr json json_array_length json_extract json_group_array json_group_object json_object json_type julianday like " +
        "octet_length string_agg strftime time timediff total typeof unicode unixepoch";

    /// <summary>Words that a parenthesis may follow without a call: keywords, and types with their length.</summary>
    private const string BeforeParenthesis =
        "all and any array as between by cast case cube distinct else end except exists filter from group having in intersect is join lateral like ilike limit " +
        "materialized not offset on or order over partition recursive rollup row select sets similar some then to union using values when where window with within " +
        "bit char character decimal dec float interval numeric time timestamp timestamptz timetz varbit varchar varying";

    public static readonly FrozenSet<string> Keywords = Words(BeforeParenthesis);

    public static readonly SqlDialect Postgres = new(
        "PostgreSQL", "public", HasCasts: true, SearchValues.Create("+-*/%<>=!~&|^(),.;?@#[]"), Words($"{Shared} {OfPostgres}"), Words("public information_schema"));

    public static readonly SqlDialect Sqlite = new(
        "SQLite", "main", HasCasts: false, SearchValues.Create("+-*/%<>=!~&|(),.;"), Words($"{Shared} {OfSqlite}"), Words("main temp"));

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
