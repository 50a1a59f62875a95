using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Backends;

/// <summary>
/// A backend by OpenAI's protocol. What it makes is marked with our job's id, as the file's name and in the job's metadata,
/// so that it is found again when the answer to its making was lost.
/// </summary>
internal sealed class TrainingBackend(HttpClient http, string name, BackendOptions options, InternalToken tokens, TimeProvider time)
{
    /// <summary>Key of the backend job's metadata with our job's id.</summary>
    public const string JobKey = "llmgateway_job";

    /// <summary>Lists are read back to the time when our job was made, by clocks that may differ so much.</summary>
    private const int ClockSkewSeconds = 3600;
    private const int PageSize = 100;
    private const int MostPages = 100;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(15);
    private readonly string _root = options.BaseUrl.TrimEnd('/');

    public async Task<BackendFile?> FindFileAsync(string filename, long since, CancellationToken cancellationToken)
    {
        await foreach (var file in ListAsync("files?purpose=fine-tune&order=desc", FineTuningJsonContext.Default.BackendPageBackendFile, file => file.Id, cancellationToken))
        {
            if (file.Filename == filename || file.CreatedAt < since - ClockSkewSeconds)
            {
                return file.Filename == filename ? file : null;
            }
        }

        return null;
    }

    public async Task<BackendFile> UploadAsync(string filename, Stream content, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent { { new StringContent("fine-tune"), "purpose" } };
        form.Add(new StreamContent(content), "file", filename);
        return await SendAsync(HttpMethod.Post, "files", form, FineTuningJsonContext.Default.BackendFile, UploadTimeout, cancellationToken);
    }

    /// <summary>The job that was made for ours. A backend that knows no filter lists all, newest first, which is the order of every list here.</summary>
    public async Task<FineTuningJob?> FindJobAsync(string ourId, long since, CancellationToken cancellationToken)
    {
        await foreach (var job in ListAsync($"fine_tuning/jobs?metadata[{JobKey}]={Uri.EscapeDataString(ourId)}", FineTuningJsonContext.Default.BackendPageFineTuningJob, job => job.Id, cancellationToken))
        {
            var isOurs = job.Metadata?.GetValueOrDefault(JobKey) == ourId;
            if (isOurs || job.CreatedAt < since - ClockSkewSeconds)
            {
                return isOurs ? job : null;
            }
        }

        return null;
    }

    public Task<FineTuningJob> CreateAsync(FineTuningJobRequest request, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "fine_tuning/jobs", JsonContent.Create(request, OpenAIJson.TypeInfo<FineTuningJobRequest>()), OpenAIJson.TypeInfo<FineTuningJob>(), CallTimeout, cancellationToken);

    public Task<FineTuningJob> GetAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"fine_tuning/jobs/{id}", null, OpenAIJson.TypeInfo<FineTuningJob>(), CallTimeout, cancellationToken);

    /// <summary>Cancels; one that has ended already stays as it is.</summary>
    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Post, $"fine_tuning/jobs/{id}/cancel", null, OpenAIJson.TypeInfo<FineTuningJob>(), CallTimeout, cancellationToken);
        }
        catch (BackendException exception) when (exception.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // It has ended, or it is gone.
        }
    }

    /// <summary>Events after the known one, oldest first.</summary>
    public async Task<IReadOnlyList<FineTuningJobEvent>> EventsAfterAsync(string id, string? known, CancellationToken cancellationToken)
    {
        var events = new List<FineTuningJobEvent>();
        await foreach (var one in ListAsync($"fine_tuning/jobs/{id}/events?", FineTuningJsonContext.Default.BackendPageFineTuningJobEvent, one => one.Id, cancellationToken))
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

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<FineTuningJobCheckpoint>> CheckpointsAsync(string id, CancellationToken cancellationToken) =>
        await ListAsync($"fine_tuning/jobs/{id}/checkpoints?", FineTuningJsonContext.Default.BackendPageFineTuningJobCheckpoint, one => one.Id, cancellationToken)
            .ToListAsync(cancellationToken);

    private async IAsyncEnumerable<T> ListAsync<T>(
        string path, JsonTypeInfo<BackendPage<T>> type, Func<T, string> id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        for (var number = 0; number < MostPages; number++)
        {
            var page = await SendAsync(HttpMethod.Get, $"{path}&limit={PageSize}{after}", null, type, CallTimeout, cancellationToken);
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

    private async Task<T> SendAsync<T>(
        HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, $"{_root}/{path}") { Content = content };
        if ((options.Internal ? tokens.IssueForService(ServiceNames.LocalModel) : options.ApiKey) is { } credential)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        }

        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var body = await response.Content.ReadAsStringAsync(either.Token);
            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(body, type) ?? throw new JsonException("The answer is null.")
                : throw BackendException.Of(name, response, body);
        }
        catch (JsonException)
        {
            throw new BackendException($"The backend '{name}' answered what is no answer to {method} {path.Split('?')[0]}.", isTransient: true);
        }
        catch (HttpRequestException exception)
        {
            throw new BackendException($"The backend '{name}' is not reached: {exception.Message}", isTransient: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BackendException($"The backend '{name}' did not answer within {timeout.TotalSeconds:f0} s.", isTransient: true);
        }
    }
}
