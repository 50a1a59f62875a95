using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Contracts.Datasets;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Training;

/// <summary>Reads files and datasets from the service that owns them, in the name of the job's project and key.</summary>
internal sealed class TrainingData(IHttpClientFactory clients, InternalToken tokens, IOptions<FineTuningOptions> options)
{
    public const string ClientName = "fine-tuning-datasets";
    private const int BufferBytes = 1 << 16;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(15);

    /// <summary>Makes sure that the caller may read what the request names.</summary>
    /// <returns>The dataset's version, so that a newer one changes nothing for the job; null for files.</returns>
    /// <exception cref="ApiException">It is not there (400), or that cannot be told now (503).</exception>
    public async Task<string?> CheckAsync(JobRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var version = request.Dataset is { } dataset ? await PinAsync(dataset, caller, cancellationToken) : null;
        foreach (var source in TrainingSource.All(request, version))
        {
            using var response = await OpenAsync(source, caller, cancellationToken);
        }

        return version;
    }

    /// <summary>What is to be said of the data, which is read to its end.</summary>
    /// <exception cref="ApiException">It is not there (400), or cannot be read now (503).</exception>
    public async Task<TrainingCheckReport> InspectAsync(JobRequest request, Job job, CancellationToken cancellationToken)
    {
        var source = TrainingSource.Training(request, job.DatasetVersion);
        var question = new TrainingCheckRequest(
            request.MethodName,
            job.BackendModel,
            FineTuningHyperparameters.Number(request.GivenHyperparameters?.NEpochs) is { } epochs ? (int)epochs : null,
            source.Part,
            TrainingSource.Validation(request, job.DatasetVersion)?.Part);
        using var message = new HttpRequestMessage(HttpMethod.Post, $"http://datasets{TrainingCheckRequest.Path}")
        {
            Content = JsonContent.Create(question, FineTuningJsonContext.Default.TrainingCheckRequest),
        };
        using var response = await SendAsync(message, JobCaller.Of(job) with { Scopes = Scopes.Internal }, source, cancellationToken);
        return (await response.Content.ReadFromJsonAsync(FineTuningJsonContext.Default.TrainingCheckReport, cancellationToken))!;
    }

    /// <summary>Says which version a job reads, before there is the job: Datasets deletes none that a job was made with.</summary>
    /// <exception cref="ApiException">It was deleted meanwhile (400), or that cannot be told now (503).</exception>
    public async Task KeepAsync(JobRequest request, Job job, CancellationToken cancellationToken)
    {
        if (request.Dataset is not { } dataset)
        {
            return;
        }

        foreach (var split in new[] { dataset.Split ?? TrainingSource.DefaultSplit, dataset.ValidationSplit }.OfType<string>())
        {
            var use = new DatasetVersionUse(dataset.Id!, job.DatasetVersion!, split, job.Id, DatasetVersionUse.Trained);
            using var message = new HttpRequestMessage(HttpMethod.Post, $"http://datasets{DatasetVersionUse.Path}")
            {
                Content = JsonContent.Create(use, FineTuningJsonContext.Default.DatasetVersionUse),
            };
            using var response = await SendAsync(message, JobCaller.Of(job) with { Scopes = Scopes.Internal }, TrainingSource.Version(dataset), cancellationToken);
        }
    }

    /// <summary>Lets go of the version that a job read, if it read one.</summary>
    /// <exception cref="ApiException">That cannot be told now (503).</exception>
    public async Task ReleaseAsync(Job job, CancellationToken cancellationToken)
    {
        if (JobRequest.Parse(job.Request).Dataset is not { } dataset)
        {
            return;
        }

        using var message = new HttpRequestMessage(HttpMethod.Delete, $"http://datasets{DatasetVersionUse.Path}?{DatasetVersionUse.UsedByParameter}={job.Id}");
        using var response = await SendAsync(message, JobCaller.Of(job) with { Scopes = Scopes.Internal }, TrainingSource.Version(dataset), cancellationToken);
    }

    /// <summary>The splits that a version has.</summary>
    /// <exception cref="ApiException">There is no such version (400), or that cannot be told now (503).</exception>
    public async Task<IReadOnlyCollection<string>> SplitsAsync(DatasetReference dataset, string version, Caller caller, CancellationToken cancellationToken)
    {
        using var json = await ReadVersionAsync(dataset with { Version = JsonSerializer.SerializeToElement(version, FineTuningJsonContext.Default.String) }, caller, cancellationToken);
        return json.RootElement.TryGetProperty("splits", out var splits) && splits.ValueKind == JsonValueKind.Object ? [.. splits.EnumerateObject().Select(split => split.Name)] : [];
    }

    /// <summary>The number of the version that the reference names.</summary>
    /// <exception cref="ApiException">There is no such version (400), or that cannot be told now (503).</exception>
    public async Task<string> PinAsync(DatasetReference dataset, Caller caller, CancellationToken cancellationToken)
    {
        using var json = await ReadVersionAsync(dataset, caller, cancellationToken);
        return json.RootElement.GetProperty("version").ToString();
    }

    private async Task<JsonDocument> ReadVersionAsync(DatasetReference dataset, Caller caller, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(TrainingSource.Version(dataset), caller, cancellationToken);
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken);
    }

    /// <summary>Copies it into a file that goes when it is closed.</summary>
    /// <exception cref="ApiException">It is not there (400), or cannot be read now (503).</exception>
    /// <exception cref="JobFailedException">It is too large.</exception>
    public async Task<FileStream> DownloadAsync(TrainingSource source, Caller caller, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(source, caller, cancellationToken);
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        try
        {
            await CopyAsync(response, file, source, cancellationToken);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream file, TrainingSource source, CancellationToken cancellationToken)
    {
        var most = options.Value.MaxFileBytes;
        var buffer = new byte[BufferBytes];
        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                if (file.Length > most)
                {
                    throw new JobFailedException($"invalid_{source.Param}", $"The data is larger than {most} bytes: split it, or raise FineTuning:MaxFileBytes.", source.Param);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw Away(exception.Message);
        }
    }

    // The largest files take minutes to look at.
    private HttpClient Client()
    {
        var client = clients.CreateClient(ClientName);
        client.Timeout = Timeout;
        return client;
    }

    private async Task<HttpResponseMessage> OpenAsync(TrainingSource source, Caller caller, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://datasets/{source.Path}");
        return await SendAsync(request, caller, source, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Caller caller, TrainingSource source, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Issue(ServiceNames.Datasets, caller));
        HttpResponseMessage response;
        try
        {
            response = await Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw Away(exception.Message);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await RefusedAsync(response, source, cancellationToken);
        }
    }

    private static async Task<ApiException> RefusedAsync(HttpResponseMessage response, TrainingSource source, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            return Away($"status {(int)response.StatusCode}");
        }

        var said = response.StatusCode == HttpStatusCode.NotFound ? null : OpenAIErrorResponse.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken))?.Message;
        return new ApiException(ApiErrors.BadRequest(
            $"{source.Name} cannot be read: {said ?? "this project has none such."}", source.Param, $"invalid_{source.Param.Replace('.', '_')}"));
    }

    private static ApiException Away(string reason) => new(
        new ApiError(503, "datasets_unavailable", $"The service that holds files and datasets is away ({reason}). Please try again.") { RetryAfterSeconds = 2 });
}
