using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Batches;

/// <summary>
/// Input and output files, which Datasets keeps. They are read and written in the project's name, not the key's: what a batch has
/// done is written out even if its key was revoked.
/// </summary>
internal sealed class BatchFiles(IHttpClientFactory clients)
{
    public const string ClientName = "gateway.batches";
    public const string InputPurpose = "batch";
    public const string OutputPurpose = "batch_output";
    private const int MostListed = 10_000;

    /// <summary>An upload takes as long as it takes.</summary>
    public static void Configure(HttpClient client)
    {
        client.BaseAddress = new Uri("http://datasets");
        client.Timeout = Timeout.InfiniteTimeSpan;
    }

    /// <summary>Null if the project has no such file.</summary>
    public async Task<OpenAIFile?> FindAsync(string project, string id, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files/{Uri.EscapeDataString(id)}");
        using var response = await SendAsync(project, request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(OpenAIJson.TypeInfo<OpenAIFile>(), cancellationToken);
    }

    /// <summary>A piece of a file.</summary>
    /// <exception cref="BatchFailedException">The file is gone.</exception>
    public async Task<byte[]> ReadAsync(string project, string id, long offset, long length, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files/{Uri.EscapeDataString(id)}/content");
        request.Headers.Range = new RangeHeaderValue(offset, offset + length - 1);
        using var response = await SendAsync(project, request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new BatchFailedException("input_file_gone", $"The input file '{id}' was deleted or has expired.");
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>Uploads a file as it is written.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="BatchFailedException">Datasets refuses it.</exception>
    public async Task<string> UploadAsync(
        string project, string filename, int? expiresAfterSeconds, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent();
        form.Add(new StringContent(OutputPurpose), "purpose");
        if (expiresAfterSeconds is { } seconds)
        {
            form.Add(new StringContent("created_at"), "expires_after[anchor]");
            form.Add(new StringContent(seconds.ToString(CultureInfo.InvariantCulture)), "expires_after[seconds]");
        }

        form.Add(new WrittenContent(write), "file", filename);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = form };
        using var response = await SendAsync(project, request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.RequestEntityTooLarge)
        {
            throw new BatchFailedException("output_too_large", $"'{filename}' is larger than a file may be.");
        }

        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(OpenAIJson.TypeInfo<OpenAIFile>(), cancellationToken))!.Id;
    }

    /// <summary>The id of a file that was uploaded already; null for none.</summary>
    public async Task<string?> FindUploadedAsync(string project, string filename, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files?purpose={OutputPurpose}&limit={MostListed}");
        using var response = await SendAsync(project, request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var page = await response.Content.ReadFromJsonAsync(OpenAIJson.TypeInfo<ListPage<OpenAIFile>>(), cancellationToken);
        return page!.Data.FirstOrDefault(file => file.Filename == filename)?.Id;
    }

    private async Task<HttpResponseMessage> SendAsync(string project, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.Set(InternalTokenHandler.OnBehalfOf, new Caller(project, null, Scopes.Data, BatchWorker.Purpose));
        return await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}

/// <summary>A part of an upload that is made while it is sent.</summary>
internal sealed class WrittenContent(Func<Stream, CancellationToken, Task> write) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        write(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>A batch cannot go on, whatever is tried.</summary>
internal sealed class BatchFailedException(string code, string message) : Exception(message)
{
    public BatchError Error { get; } = new(code, message);
}
