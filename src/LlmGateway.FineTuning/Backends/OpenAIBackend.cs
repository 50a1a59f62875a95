using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using OpenAI;

namespace LlmGateway.FineTuning.Backends;

/// <summary>
/// A backend by OpenAI's protocol, through the official client: OpenAI, Azure OpenAI, every provider with the same API, and the local
/// model. Making is done by the client's protocol methods. For lists and the rest its pipeline is used, because the client reads a
/// job again before each of them and pages neither files nor a filter by metadata.
/// </summary>
internal sealed class OpenAIBackend : ITrainingBackend
{
    /// <summary>Lists are read back to the time when our job was made, by clocks that may differ so much.</summary>
    private const int ClockSkewSeconds = 3600;
    private const int PageSize = 100;
    private const int MostPages = 100;
    private static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(15);

    /// <summary>How long Azure may take to take in a file that it has, and how often it is asked.</summary>
    private static readonly TimeSpan IntakeTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan IntakePause = TimeSpan.FromSeconds(1);
    private readonly string _name;
    private readonly BackendOptions _options;
    private readonly TimeProvider _time;
    private readonly string _root;
    private readonly OpenAIClient _client;

    public OpenAIBackend(HttpClient http, string name, BackendOptions options, InternalToken tokens, TimeProvider time)
    {
        (_name, _options, _time, _root) = (name, options, time, options.BaseUrl.TrimEnd('/'));
        _client = new OpenAIClient(new BackendAuthentication(options, tokens), new OpenAIClientOptions
        {
            Endpoint = new Uri(_root),
            Transport = new HttpClientPipelineTransport(http),

            // What may succeed later is tried again by the job, within its patience.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),

            // Each call has its own, shorter.
            NetworkTimeout = UploadTimeout,
        });
    }

    public async Task<BackendFile?> FindFileAsync(string filename, long since, CancellationToken cancellationToken)
    {
        await foreach (var file in ListAsync("files?purpose=fine-tune&order=desc", FineTuningJsonContext.Default.BackendPageBackendFile, file => file.Id, cancellationToken))
        {
            if (file.Filename == filename || file.CreatedAt < since - ClockSkewSeconds)
            {
                return file.Filename == filename ? await TakenInAsync(file, cancellationToken) : null;
            }
        }

        return null;
    }

    public async Task<BackendFile> UploadAsync(string filename, Stream content, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent { { new StringContent("fine-tune"), "purpose" } };
        form.Add(new StreamContent(content), "file", filename);
        await using var body = await form.ReadAsStreamAsync(cancellationToken);
        var file = await CallAsync(
            "POST files",
            UploadTimeout,
            FineTuningJsonContext.Default.BackendFile,
            async call => (await _client.GetOpenAIFileClient().UploadFileAsync(BinaryContent.Create(body), form.Headers.ContentType!.ToString(), call)).GetRawResponse(),
            cancellationToken);
        return await TakenInAsync(file, cancellationToken);
    }

    /// <remarks>A backend that knows no filter lists all, newest first, which is the order of every list here; Azure keeps no metadata.</remarks>
    public async Task<FineTuningJob?> FindJobAsync(string ourId, string? trainingFile, long since, CancellationToken cancellationToken)
    {
        var filter = _options.ApiVersion is null ? $"metadata[{ITrainingBackend.JobKey}]={Uri.EscapeDataString(ourId)}" : "";
        await foreach (var job in ListAsync($"fine_tuning/jobs?{filter}", FineTuningJsonContext.Default.BackendPageFineTuningJob, job => job.Id, cancellationToken))
        {
            var isOurs = job.Metadata?.TryGetValue(ITrainingBackend.JobKey, out var marked) == true ? marked == ourId : trainingFile is not null && job.TrainingFile == trainingFile;
            if (isOurs || job.CreatedAt < since - ClockSkewSeconds)
            {
                return isOurs ? WithKnownStatus(job) : null;
            }
        }

        return null;
    }

    public async Task<FineTuningJob> CreateAsync(FineTuningJobRequest request, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(_options.ApiVersion is null ? request : AzureForm.Of(request), OpenAIJson.TypeInfo<FineTuningJobRequest>());
        return WithKnownStatus(await CallAsync(
            "POST fine_tuning/jobs",
            _options.Timeout,
            OpenAIJson.TypeInfo<FineTuningJob>(),
            async call => (await _client.GetFineTuningClient().FineTuneAsync(BinaryContent.Create(BinaryData.FromBytes(body)), waitUntilCompleted: false, call)).GetRawResponse(),
            cancellationToken));
    }

    public async Task<FineTuningJob> GetAsync(string id, CancellationToken cancellationToken) =>
        WithKnownStatus(await SendAsync("GET", $"fine_tuning/jobs/{Uri.EscapeDataString(id)}", OpenAIJson.TypeInfo<FineTuningJob>(), cancellationToken));

    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync("POST", $"fine_tuning/jobs/{Uri.EscapeDataString(id)}/cancel", OpenAIJson.TypeInfo<FineTuningJob>(), cancellationToken);
        }
        catch (BackendException exception) when (exception.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // It has ended, or it is gone.
        }
    }

    public async Task<IReadOnlyList<FineTuningJobEvent>> EventsAfterAsync(string id, string? known, CancellationToken cancellationToken)
    {
        var events = new List<FineTuningJobEvent>();
        await foreach (var one in ListAsync(
            $"fine_tuning/jobs/{Uri.EscapeDataString(id)}/events?", FineTuningJsonContext.Default.BackendPageFineTuningJobEvent, one => one.Id, cancellationToken))
        {
            if (one.Id == known)
            {
                break;
            }

            events.Add(one);
        }

        events.Reverse();
        return events;
    }

    public async Task<IReadOnlyList<FineTuningJobCheckpoint>> CheckpointsAsync(string id, CancellationToken cancellationToken) =>
        await ListAsync(
            $"fine_tuning/jobs/{Uri.EscapeDataString(id)}/checkpoints?", FineTuningJsonContext.Default.BackendPageFineTuningJobCheckpoint, one => one.Id, cancellationToken)
            .ToListAsync(cancellationToken);

    // Azure refuses a job on a file that it has not taken in yet.
    private async Task<BackendFile> TakenInAsync(BackendFile file, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (file.Status is "pending" or "running")
        {
            if (_time.GetElapsedTime(began) > IntakeTimeout)
            {
                throw new BackendException($"The backend '{_name}' has not taken in the file '{file.Id}' within {IntakeTimeout.TotalMinutes:f0} minutes.", isTransient: true);
            }

            await Task.Delay(IntakePause, _time, cancellationToken);
            file = await SendAsync("GET", $"files/{Uri.EscapeDataString(file.Id)}", FineTuningJsonContext.Default.BackendFile, cancellationToken);
        }

        return file.Status is not "error" ? file
            : throw new BackendException($"The backend '{_name}' could not take in the file '{file.Id}'. Look at it there, and make a new job with a mended one.", isTransient: false);
    }

    private static FineTuningJob WithKnownStatus(FineTuningJob job) => job.Status switch
    {
        // Azure's words.
        "created" or "pending" or "notRunning" => job with { Status = FineTuningStatus.Queued },
        "canceled" => job with { Status = FineTuningStatus.Cancelled },
        _ => job,
    };

    private async IAsyncEnumerable<T> ListAsync<T>(
        string path, JsonTypeInfo<BackendPage<T>> type, Func<T, string> id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        for (var number = 0; number < MostPages; number++)
        {
            var page = await SendAsync("GET", $"{path}{(path[^1] == '?' ? "" : "&")}limit={PageSize}{after}", type, cancellationToken);
            foreach (var item in page.Data)
            {
                yield return item;
            }

            if (!page.HasMore || page.Data.Count == 0)
            {
                yield break;
            }

            after = $"&after={Uri.EscapeDataString(id(page.Data[^1]))}";
        }
    }

    private Task<T> SendAsync<T>(string method, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) => CallAsync(
        $"{method} {path.Split('?')[0]}",
        _options.Timeout,
        type,
        async call =>
        {
            using var message = _client.Pipeline.CreateMessage();
            message.Request.Method = method;
            message.Request.Uri = new Uri($"{_root}/{path}");
            message.Request.Headers.Set("Accept", "application/json");
            message.Apply(call);
            await _client.Pipeline.SendAsync(message);
            return message.ExtractResponse()!;
        },
        cancellationToken);

    private async Task<T> CallAsync<T>(
        string what, TimeSpan timeout, JsonTypeInfo<T> type, Func<RequestOptions, Task<PipelineResponse>> call, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var response = await call(new RequestOptions { CancellationToken = either.Token });
            return response.IsError ? throw BackendException.Of(_name, response, _time.GetUtcNow())
                : JsonSerializer.Deserialize(response.Content.ToMemory().Span, type) ?? throw new JsonException("The answer is null.");
        }
        catch (ClientResultException exception)
        {
            throw exception.GetRawResponse() is { } refusal ? BackendException.Of(_name, refusal, _time.GetUtcNow())
                : new BackendException($"The backend '{_name}' is not reached: {exception.Message}", isTransient: true);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new BackendException($"The backend '{_name}' is not reached: {exception.Message}", isTransient: true);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            // The last four are what the client throws of JSON that is not as it expects.
            throw new BackendException($"The backend '{_name}' answered what is no answer to {what}.", isTransient: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BackendException($"The backend '{_name}' did not answer within {timeout.TotalSeconds:f0} s.", isTransient: true);
        }
    }
}
