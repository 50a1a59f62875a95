using System.Data.Common;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Inferences;

namespace LlmGateway.Datasets.Ingestion;

/// <summary>
/// The three prepared commands of one batch. Plain commands, because a tracked entity a row would cost several times the
/// insert itself. The SQL is common to SQLite and PostgreSQL.
/// </summary>
internal sealed class InsertCommands : IAsyncDisposable
{
    private static readonly string[] RowColumns =
    [
        "id", "project_id", "key_id", "operation", "purpose", "body_id", "requested_model", "model", "provider",
        "created_at_micros", "duration_micros", "time_to_first_token_micros", "status", "outcome", "error_code", "streamed",
        "cache", "finish_reason", "input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens",
        "usage_estimated", "cost_nano_usd", "end_user", "episode_id", "trace_id", "request_bytes", "response_bytes",
        "bodies_kept", "attempts",
    ];

    private readonly Func<Guid, object> _id;
    private readonly DbCommand _row;
    private readonly DbCommand _body;
    private readonly DbCommand _metadata;

    public InsertCommands(DbConnection connection, DbTransaction transaction, Func<Guid, object> id)
    {
        _id = id;
        _row = Create(connection, transaction, "inferences", " ON CONFLICT (id) DO NOTHING", RowColumns);
        _body = Create(connection, transaction, "inference_bodies", "", ["id", "request", "response"]);
        _metadata = Create(connection, transaction, "inference_metadata", "", ["project_id", "key", "value", "inference_id"]);
    }

    /// <summary>Inserts one call.</summary>
    /// <returns>False if its id was there already; nothing is changed then.</returns>
    public async Task<bool> InsertAsync(InferenceFrame frame, CancellationToken cancellationToken)
    {
        var record = frame.Record;
        var id = _id(record.Id);
        var keepBodies = record.BodiesKept && !(frame.Request.IsEmpty && frame.Response.IsEmpty);
        Fill(_row, RowValues(record, id, keepBodies));
        if (await _row.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return false;
        }

        if (keepBodies)
        {
            Fill(_body, [id, BodyCodec.Pack(frame.Request.Span), BodyCodec.Pack(frame.Response.Span)]);
            await _body.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var (key, value) in record.Metadata ?? new Dictionary<string, string>())
        {
            Fill(_metadata, [record.ProjectId, key, value ?? "", id]);
            await _metadata.ExecuteNonQueryAsync(cancellationToken);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _row.DisposeAsync();
        await _body.DisposeAsync();
        await _metadata.DisposeAsync();
    }

    /// <summary>In the order of <see cref="RowColumns"/>.</summary>
    private static object?[] RowValues(InferenceRecord record, object id, bool bodiesKept) =>
    [
        id, record.ProjectId, record.KeyId, record.Operation, record.Purpose, record.BodyId, record.RequestedModel,
        record.Model, record.Provider, record.CreatedAtMicros, record.DurationMicros, record.TimeToFirstTokenMicros,
        record.Status, (int)record.Outcome, record.ErrorCode, record.Streamed, (int)record.Cache, record.FinishReason,
        record.InputTokens, record.OutputTokens, record.CachedInputTokens, record.ReasoningTokens, record.UsageEstimated,
        record.CostNanoUsd, record.EndUser, record.EpisodeId, record.TraceId, record.RequestBytes, record.ResponseBytes,
        bodiesKept, JsonSerializer.Serialize(record.Attempts, DatasetsJsonContext.Default.IReadOnlyListInferenceAttempt),
    ];

    private static DbCommand Create(DbConnection connection, DbTransaction transaction, string table, string suffix, string[] columns)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        var parameters = columns.Select(column => "@" + column).ToArray();
        // Names come from this file only.
#pragma warning disable CA2100
        command.CommandText = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", parameters)}){suffix}";
#pragma warning restore CA2100
        foreach (var name in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static void Fill(DbCommand command, object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
