using System.Text;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Exposures;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Ingestion;
using LlmGateway.Datasets.Ledger;
using LlmGateway.Service;
using Npgsql;

namespace LlmGateway.Datasets.Storage;

/// <summary>
/// Stores a batch by one statement in one round trip: an array for each column. Bodies and metadata go only where the
/// row was new, so that a batch which comes twice changes nothing the second time. Any number may run at a time.
/// </summary>
internal sealed class PostgresInferenceWriter(NpgsqlDataSource source) : IInferenceWriter
{
    private static readonly Column<InferenceFrame>[] Rows =
    [
        Of("id", frame => frame.Record.Id),
        Of("project_id", frame => Text(frame.Record.ProjectId)),
        Of("key_id", frame => Text(frame.Record.KeyId)),
        Of("operation", frame => Text(frame.Record.Operation)),
        Of("purpose", frame => Text(frame.Record.Purpose)),
        Of("body_id", frame => Text(frame.Record.BodyId)),
        Of("requested_model", frame => Text(frame.Record.RequestedModel)),
        Of("model", frame => Text(frame.Record.Model)),
        Of("provider", frame => Text(frame.Record.Provider)),
        Of("created_at_micros", frame => frame.Record.CreatedAtMicros),
        Of("duration_micros", frame => frame.Record.DurationMicros),
        Of("time_to_first_token_micros", frame => frame.Record.TimeToFirstTokenMicros),
        Of("status", frame => frame.Record.Status),
        Of("outcome", frame => (int)frame.Record.Outcome),
        Of("error_code", frame => Text(frame.Record.ErrorCode)),
        Of("streamed", frame => frame.Record.Streamed),
        Of("cache", frame => (int)frame.Record.Cache),
        Of("finish_reason", frame => Text(frame.Record.FinishReason)),
        Of("input_tokens", frame => frame.Record.InputTokens),
        Of("output_tokens", frame => frame.Record.OutputTokens),
        Of("cached_input_tokens", frame => frame.Record.CachedInputTokens),
        Of("reasoning_tokens", frame => frame.Record.ReasoningTokens),
        Of("usage_estimated", frame => frame.Record.UsageEstimated),
        Of("cost_nano_usd", frame => frame.Record.CostNanoUsd),
        Of("end_user", frame => Text(frame.Record.EndUser)),
        Of("episode_id", frame => Text(frame.Record.EpisodeId)),
        Of("trace_id", frame => Text(frame.Record.TraceId)),
        Of("request_bytes", frame => frame.Record.RequestBytes),
        Of("response_bytes", frame => frame.Record.ResponseBytes),
        Of("bodies_kept", frame => frame.Record.BodiesKept && !(frame.Request.IsEmpty && frame.Response.IsEmpty)),
        Of("prompt_id", frame => Text(frame.Record.Prompt?.Id)),
        Of("prompt_version", frame => frame.Record.Prompt?.Version),
        Of("prompt_label", frame => Text(frame.Record.Prompt?.Label)),
        Of("prompt_variables", frame => Text(frame.Record.Prompt?.Variables)),
        Of("prompt_messages", frame => frame.Record.Prompt?.Messages),
        Of("parent_id", frame => frame.Record.ParentId),
        Of("step", frame => Text(frame.Record.Step)),
        Of("scores", frame => Text(InferenceScores.ToJson(frame.Record.Scores))),
        Of("retrieval", frame => Text(InferenceRetrievals.ToJson(frame.Record.Retrieval))),
        Of("explanation", frame => Text(InferenceExplanations.ToJson(frame.Record.Explanation))),
        Of("attempts", frame => Text(Encoding.UTF8.GetString(InferenceAttempts.ToJson(frame.Record.Attempts)))),
    ];

    private static readonly Column<LedgerEntry>[] Ledger =
    [
        OfEntry("inference_id", entry => entry.InferenceId),
        OfEntry("attempt", entry => entry.Attempt),
        OfEntry("project_id", entry => Text(entry.ProjectId)),
        OfEntry("key_id", entry => Text(entry.KeyId)),
        OfEntry("model", entry => Text(entry.Model)),
        OfEntry("created_at_micros", entry => entry.CreatedAtMicros),
        OfEntry("state", entry => (int)entry.State),
        OfEntry("cache", entry => (int)entry.Cache),
        OfEntry("status", entry => entry.Status),
        OfEntry("error", entry => Text(entry.Error)),
        OfEntry("input_tokens", entry => entry.InputTokens),
        OfEntry("cached_input_tokens", entry => entry.CachedInputTokens),
        OfEntry("cache_write_tokens", entry => entry.CacheWriteTokens),
        OfEntry("cache_write1h_tokens", entry => entry.CacheWrite1hTokens),
        OfEntry("audio_input_tokens", entry => entry.AudioInputTokens),
        OfEntry("output_tokens", entry => entry.OutputTokens),
        OfEntry("reasoning_tokens", entry => entry.ReasoningTokens),
        OfEntry("audio_output_tokens", entry => entry.AudioOutputTokens),
        OfEntry("estimated", entry => entry.Estimated),
        OfEntry("cost_nano_usd", entry => entry.CostNanoUsd),
        OfEntry("saved_nano_usd", entry => entry.SavedNanoUsd),
    ];

    private static readonly Column<Exposure>[] Exposures =
    [
        OfExposure("inference_id", exposure => exposure.InferenceId),
        OfExposure("project_id", exposure => Text(exposure.ProjectId)),
        OfExposure("experiment_id", exposure => Text(exposure.ExperimentId)),
        OfExposure("stage", exposure => exposure.Stage),
        OfExposure("variant", exposure => Text(exposure.Variant)),
        OfExposure("unit", exposure => exposure.Unit),
        OfExposure("created_at_micros", exposure => exposure.CreatedAtMicros),
        OfExposure("failed", exposure => exposure.Failed),
        OfExposure("duration_micros", exposure => exposure.DurationMicros),
        OfExposure("cost_nano_usd", exposure => exposure.CostNanoUsd),
        OfExposure("body_id", exposure => Text(exposure.BodyId)),
        OfExposure("episode_id", exposure => Text(exposure.EpisodeId)),
    ];

    private static readonly string Sql = $"""
        WITH new AS (
            INSERT INTO inferences ({string.Join(", ", Rows.Select(column => column.Name))})
            SELECT * FROM unnest({string.Join(", ", Rows.Select(column => "@" + column.Name))})
            ON CONFLICT (id) DO NOTHING
            RETURNING id),
        bodies AS (
            INSERT INTO inference_bodies (id, request, response)
            SELECT * FROM unnest(@body_of, @request, @response) AS body (id, request, response) WHERE id IN (SELECT id FROM new)
            ON CONFLICT DO NOTHING),
        metadata AS (
            INSERT INTO inference_metadata (inference_id, project_id, key, value)
            SELECT * FROM unnest(@metadata_of, @metadata_project, @key, @value) AS pair (id, project_id, key, value)
            WHERE id IN (SELECT id FROM new)
            ON CONFLICT DO NOTHING),
        accounts AS (
            INSERT INTO ledger ({string.Join(", ", Ledger.Select(column => column.Name))})
            SELECT * FROM unnest({string.Join(", ", Ledger.Select(column => "@ledger_" + column.Name))})
                AS entry ({string.Join(", ", Ledger.Select(column => column.Name))})
            WHERE inference_id IN (SELECT id FROM new)
            ON CONFLICT DO NOTHING),
        exposed AS (
            INSERT INTO exposures ({string.Join(", ", Exposures.Select(column => column.Name))})
            SELECT * FROM unnest({string.Join(", ", Exposures.Select(column => "@exposure_" + column.Name))})
                AS exposure ({string.Join(", ", Exposures.Select(column => column.Name))})
            WHERE inference_id IN (SELECT id FROM new)
            ON CONFLICT DO NOTHING)
        SELECT count(*) FROM new
        """;

    public async Task<int> StoreAsync(IReadOnlyList<InferenceFrame> batch, CancellationToken cancellationToken)
    {
        // In one order: two batches that hold the same calls wait for one another, and never both at once.
        batch = [.. batch.OrderBy(frame => frame.Record.Id)];
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Sql, connection);
        foreach (var column in Rows)
        {
            command.Parameters.Add(column.Read(batch));
        }

        using var packed = new PackedBatch(batch);
        AddBodies(command, packed);
        AddMetadata(command, batch);
        LedgerEntry[] entries = [.. batch.SelectMany(frame => LedgerEntry.Of(frame.Record))];
        foreach (var column in Ledger)
        {
            command.Parameters.Add(column.Read(entries));
        }

        Exposure[] exposures = [.. batch.Select(frame => Exposure.Of(frame.Record)).OfType<Exposure>()];
        foreach (var column in Exposures)
        {
            command.Parameters.Add(column.Read(exposures));
        }

        CrashPoint.Reach("insert.before");
        var stored = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        CrashPoint.Reach("insert.after");
        return (int)stored;
    }

    private static void AddBodies(NpgsqlCommand command, PackedBatch batch)
    {
        int[] kept = [.. Enumerable.Range(0, batch.Frames.Count).Where(batch.KeepsBodies)];
        command.Parameters.Add(new NpgsqlParameter<Guid[]>("body_of", [.. kept.Select(index => batch.Frames[index].Record.Id)]));
        command.Parameters.Add(new NpgsqlParameter<byte[][]>("request", [.. kept.Select(index => batch.Request(index).ToArray())]));
        command.Parameters.Add(new NpgsqlParameter<byte[][]>("response", [.. kept.Select(index => batch.Response(index).ToArray())]));
    }

    private static void AddMetadata(NpgsqlCommand command, IReadOnlyList<InferenceFrame> batch)
    {
        var pairs = batch.SelectMany(frame => frame.Record.Metadata ?? new Dictionary<string, string>(), (frame, pair) => (frame.Record, pair)).ToArray();
        command.Parameters.Add(new NpgsqlParameter<Guid[]>("metadata_of", [.. pairs.Select(item => item.Record.Id)]));
        command.Parameters.Add(new NpgsqlParameter<string?[]>("metadata_project", [.. pairs.Select(item => Text(item.Record.ProjectId))]));
        command.Parameters.Add(new NpgsqlParameter<string?[]>("key", [.. pairs.Select(item => Text(item.pair.Key))]));
        command.Parameters.Add(new NpgsqlParameter<string?[]>("value", [.. pairs.Select(item => Text(item.pair.Value ?? ""))]));
    }

    /// <summary>PostgreSQL's text holds every character but NUL, which a caller may well send.</summary>
    private static string? Text(string? value) => value?.Replace('\0', '\uFFFD');

    private static Column<InferenceFrame> Of<T>(string name, Func<InferenceFrame, T> value) => Of(name, name, value);

    private static Column<LedgerEntry> OfEntry<T>(string name, Func<LedgerEntry, T> value) => Of(name, "ledger_" + name, value);

    private static Column<Exposure> OfExposure<T>(string name, Func<Exposure, T> value) => Of(name, "exposure_" + name, value);

    private static Column<TItem> Of<TItem, T>(string name, string parameter, Func<TItem, T> value) => new(name, items =>
    {
        var values = new T[items.Count];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = value(items[index]);
        }

        return new NpgsqlParameter<T[]>(parameter, values);
    });

    /// <summary>A column, and the parameter that holds its values.</summary>
    private sealed record Column<T>(string Name, Func<IReadOnlyList<T>, NpgsqlParameter> Read);
}
