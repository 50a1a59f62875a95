using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Exposures;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Ledger;
using LlmGateway.Service;
using Microsoft.Data.Sqlite;

namespace LlmGateway.Datasets.Storage;

/// <summary>
/// Inserts batches of calls into SQLite, on a connection of its own whose statements stay prepared. Not for use by two at
/// a time; after an exception it must be disposed, which rolls back.
/// </summary>
internal sealed class SqliteInferenceInsert : IDisposable
{
    private const int IdBytes = 16;

    private static readonly string[] RowColumns =
    [
        "id", "project_id", "key_id", "operation", "purpose", "body_id", "requested_model", "model", "provider",
        "created_at_micros", "duration_micros", "time_to_first_token_micros", "status", "outcome", "error_code", "streamed",
        "cache", "finish_reason", "input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens",
        "usage_estimated", "cost_nano_usd", "end_user", "episode_id", "trace_id", "request_bytes", "response_bytes",
        "bodies_kept", "prompt_id", "prompt_version", "prompt_label", "prompt_variables", "prompt_messages", "parent_id", "step", "scores", "retrieval",
        "explanation", "attempts",
    ];

    private static readonly string[] LedgerColumns =
    [
        "inference_id", "attempt", "project_id", "key_id", "model", "created_at_micros", "state", "cache", "status", "error",
        "input_tokens", "cached_input_tokens", "cache_write_tokens", "cache_write1h_tokens", "audio_input_tokens",
        "output_tokens", "reasoning_tokens", "audio_output_tokens", "estimated", "cost_nano_usd", "saved_nano_usd",
    ];

    private static readonly string[] ExposureColumns =
    [
        "inference_id", "project_id", "experiment_id", "stage", "variant", "unit", "created_at_micros", "failed", "duration_micros", "cost_nano_usd",
        "body_id", "episode_id",
    ];

    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _row;
    private readonly SqliteStatement _body;
    private readonly SqliteStatement _metadata;
    private readonly SqliteStatement _ledger;
    private readonly SqliteStatement _exposure;

    /// <exception cref="SqliteException">The store is not there, or is not migrated.</exception>
    public SqliteInferenceInsert(string connectionString)
    {
        // Out of the pool: a connection put back with a transaction under way would be given out with it.
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        _connection.Open();
        SqliteConnectionSettings.ApplyForWriting(_connection);
        _begin = new SqliteStatement(_connection, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(_connection, "COMMIT");
        _row = new SqliteStatement(_connection, Insert("inferences", RowColumns) + " ON CONFLICT (id) DO NOTHING");
        _body = new SqliteStatement(_connection, Insert("inference_bodies", "id", "request", "response"));
        _metadata = new SqliteStatement(_connection, Insert("inference_metadata", "project_id", "key", "value", "inference_id"));
        _ledger = new SqliteStatement(_connection, Insert("ledger", LedgerColumns));
        _exposure = new SqliteStatement(_connection, Insert("exposures", ExposureColumns));
    }

    /// <summary>Inserts batches in one transaction and returns after its commit.</summary>
    /// <returns>How many calls of each batch were new.</returns>
    public int[] Store(IReadOnlyList<PackedBatch> batches)
    {
        _begin.Run();
        int[] stored = [.. batches.Select(InsertAll)];
        CrashPoint.Reach("insert.before");
        _commit.Run();
        CrashPoint.Reach("insert.after");
        return stored;
    }

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _row.Dispose();
        _body.Dispose();
        _metadata.Dispose();
        _ledger.Dispose();
        _exposure.Dispose();
        _connection.Dispose();
    }

    private static string Insert(string table, params string[] columns) =>
        $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(_ => "?"))})";

    private int InsertAll(PackedBatch batch)
    {
        var stored = 0;
        for (var index = 0; index < batch.Frames.Count; index++)
        {
            stored += Insert(batch, index) ? 1 : 0;
        }

        return stored;
    }

    /// <summary>False if the id was there already; nothing is changed then.</summary>
    private bool Insert(PackedBatch batch, int index)
    {
        var record = batch.Frames[index].Record;
        Span<byte> id = stackalloc byte[IdBytes];
        record.Id.TryWriteBytes(id, bigEndian: true, out _);
        var keepBodies = batch.KeepsBodies(index);
        if (InsertRow(record, id, keepBodies) == 0)
        {
            return false;
        }

        if (keepBodies)
        {
            _body.AddBlob(id).AddBlob(batch.Request(index)).AddBlob(batch.Response(index)).Run();
        }

        foreach (var (key, value) in record.Metadata ?? new Dictionary<string, string>())
        {
            _metadata.Add(record.ProjectId).Add(key).Add(value ?? "").AddBlob(id).Run();
        }

        foreach (var entry in LedgerEntry.Of(record))
        {
            Insert(entry, id);
        }

        if (Exposure.Of(record) is { } exposure)
        {
            Insert(exposure, id);
        }

        return true;
    }

    /// <summary>In the order of <see cref="LedgerColumns"/>.</summary>
    private void Insert(LedgerEntry entry, ReadOnlySpan<byte> id) => _ledger
        .AddBlob(id).Add(entry.Attempt).Add(entry.ProjectId).Add(entry.KeyId).Add(entry.Model).Add(entry.CreatedAtMicros)
        .Add((int)entry.State).Add((int)entry.Cache).Add(entry.Status).Add(entry.Error)
        .Add(entry.InputTokens).Add(entry.CachedInputTokens).Add(entry.CacheWriteTokens).Add(entry.CacheWrite1hTokens).Add(entry.AudioInputTokens)
        .Add(entry.OutputTokens).Add(entry.ReasoningTokens).Add(entry.AudioOutputTokens)
        .Add(entry.Estimated).Add(entry.CostNanoUsd).Add(entry.SavedNanoUsd)
        .Run();

    /// <summary>In the order of <see cref="ExposureColumns"/>.</summary>
    private void Insert(Exposure exposure, ReadOnlySpan<byte> id) => _exposure
        .AddBlob(id).Add(exposure.ProjectId).Add(exposure.ExperimentId).Add(exposure.Stage).Add(exposure.Variant).Add(exposure.Unit)
        .Add(exposure.CreatedAtMicros).Add(exposure.Failed).Add(exposure.DurationMicros).Add(exposure.CostNanoUsd)
        .Add(exposure.BodyId).Add(exposure.EpisodeId)
        .Run();

    /// <summary>In the order of <see cref="RowColumns"/>.</summary>
    private int InsertRow(InferenceRecord record, ReadOnlySpan<byte> id, bool bodiesKept)
    {
        Describe(record, id, bodiesKept);
        return _row.Add(record.ParentId).Add(record.Step).Add(InferenceScores.ToJson(record.Scores)).Add(InferenceRetrievals.ToJson(record.Retrieval))
            .Add(InferenceExplanations.ToJson(record.Explanation)).AddText(InferenceAttempts.ToJson(record.Attempts))
            .Run();
    }

    private void Describe(InferenceRecord record, ReadOnlySpan<byte> id, bool bodiesKept) => _row
        .AddBlob(id).Add(record.ProjectId).Add(record.KeyId).Add(record.Operation).Add(record.Purpose).Add(record.BodyId)
        .Add(record.RequestedModel).Add(record.Model).Add(record.Provider)
        .Add(record.CreatedAtMicros).Add(record.DurationMicros).Add(record.TimeToFirstTokenMicros)
        .Add(record.Status).Add((int)record.Outcome).Add(record.ErrorCode).Add(record.Streamed)
        .Add((int)record.Cache).Add(record.FinishReason)
        .Add(record.InputTokens).Add(record.OutputTokens).Add(record.CachedInputTokens).Add(record.ReasoningTokens)
        .Add(record.UsageEstimated).Add(record.CostNanoUsd)
        .Add(record.EndUser).Add(record.EpisodeId).Add(record.TraceId)
        .Add(record.RequestBytes).Add(record.ResponseBytes).Add(bodiesKept)
        .Add(record.Prompt?.Id).Add(record.Prompt?.Version).Add(record.Prompt?.Label).Add(record.Prompt?.Variables).Add(record.Prompt?.Messages);
}
