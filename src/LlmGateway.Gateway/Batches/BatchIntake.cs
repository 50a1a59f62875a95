using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Batches;

/// <summary>Takes up a batch; its input is read later, line by line.</summary>
internal sealed class BatchIntake(GatewayDbContext store, BatchFiles files, GatewaySettings settings, TimeProvider time)
{
    private const string Window = "24h";
    private const int MinExpirySeconds = 3600;
    private const int MaxExpirySeconds = 30 * 24 * 3600;
    private const int MaxPairs = 16;
    private static readonly string[] Endpoints = [.. Operation.All.Select(operation => $"/v1/{operation.Path}")];

    /// <exception cref="ApiException">The request is malformed (400), its file is unknown (404), or the project has too many batches (429).</exception>
    public async Task<Batch> TakeAsync(CreateBatchRequest request, Caller caller, CancellationToken cancellationToken)
    {
        Check(request);
        var file = await FindFileAsync(caller.ProjectId, request.InputFileId!, cancellationToken);
        await RefuseTooManyAsync(caller.ProjectId, cancellationToken);
        var now = time.GetUtcNow();
        var batch = new Batch
        {
            Id = RowIds.New(Batch.IdPrefix, now),
            Status = BatchStage.Validating,
            ProjectId = caller.ProjectId,
            KeyId = caller.KeyId,
            Endpoint = request.Endpoint!,
            InputFileId = file.Id,
            InputBytes = file.Bytes,
            CompletionWindow = request.CompletionWindow!,
            Metadata = request.Metadata is null ? null : JsonSerializer.Serialize(request.Metadata, BatchJsonContext.Default.DictionaryStringString),
            OutputExpiresAfter = request.OutputExpiresAfter?.Seconds,
            CreatedAt = UnixMicros.Of(now),
            ExpiresAt = UnixMicros.Of(now + TimeSpan.FromHours(24)),
        };
        store.Add(batch);
        await store.SaveChangesAsync(cancellationToken);
        return batch;
    }

    private static void Check(CreateBatchRequest request)
    {
        Require(request.InputFileId, "input_file_id");
        Require(request.Endpoint, "endpoint");
        Require(request.CompletionWindow, "completion_window");
        if (!Endpoints.Contains(request.Endpoint))
        {
            throw Bad($"Invalid 'endpoint': expected one of {string.Join(", ", Endpoints)}.", "endpoint");
        }

        if (request.CompletionWindow != Window)
        {
            throw Bad($"Invalid 'completion_window': expected '{Window}'.", "completion_window");
        }

        CheckMetadata(request.Metadata);
        if (request.OutputExpiresAfter is { } expiry)
        {
            CheckExpiry(expiry);
        }
    }

    private static void CheckMetadata(Dictionary<string, string>? metadata)
    {
        if (metadata is { Count: > MaxPairs })
        {
            throw Bad($"'metadata' may hold at most {MaxPairs} pairs.", "metadata");
        }

        foreach (var (key, value) in metadata ?? [])
        {
            RequestMetadata.Check(key, value ?? throw Bad("Values of 'metadata' must be texts.", $"metadata.{key}"));
        }
    }

    private static void CheckExpiry(ExpiresAfter expiry)
    {
        if (expiry.Anchor != "created_at")
        {
            throw Bad("Invalid 'output_expires_after.anchor': expected 'created_at'.", "output_expires_after.anchor");
        }

        if (expiry.Seconds is not (>= MinExpirySeconds and <= MaxExpirySeconds))
        {
            throw Bad(
                $"Invalid 'output_expires_after.seconds': expected an integer from {MinExpirySeconds} to {MaxExpirySeconds}.", "output_expires_after.seconds");
        }
    }

    private async Task<OpenAIFile> FindFileAsync(string project, string id, CancellationToken cancellationToken)
    {
        var file = await AskAsync(project, id, cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"There is no file '{id}'. Upload one with POST /v1/files and 'purpose=batch'.", "input_file_id"));
        var most = settings.Current.Batches.MaxFileBytes;
        return file.Purpose != BatchFiles.InputPurpose ? throw Bad($"The file '{id}' has the purpose '{file.Purpose}'; a batch's input has '{BatchFiles.InputPurpose}'.", "input_file_id")
            : file.Bytes > most ? throw Bad($"The file '{id}' has {file.Bytes} bytes; a batch's input may have {most}.", "input_file_id")
            : file;
    }

    private async Task<OpenAIFile?> AskAsync(string project, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await files.FindAsync(project, id, cancellationToken);
        }
        catch (HttpRequestException)
        {
            throw new ApiException(new ApiError(StatusCodes.Status503ServiceUnavailable, "service_unavailable", "The service that holds files is away. Please try again.")
            {
                RetryAfterSeconds = 2,
            });
        }
    }

    private async Task RefuseTooManyAsync(string project, CancellationToken cancellationToken)
    {
        var most = settings.Current.Batches.MaxOpenPerProject;
        if (await store.Batches.CountAsync(row => row.ProjectId == project && !BatchStage.Ended.Contains(row.Status), cancellationToken) >= most)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status429TooManyRequests, "too_many_batches", $"A project may have {most} batches open at once; wait for one to end, or cancel one."));
        }
    }

    private static void Require(string? value, string name)
    {
        if (string.IsNullOrEmpty(value))
        {
            throw Bad($"Missing required parameter: '{name}'.", name);
        }
    }

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
