using System.Net.Http.Headers;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Each request of docs/http is really sent, in the order of its file, so that no sample rots.</summary>
public abstract class HttpSampleTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string FromBody = ".response.body.$.";

    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(Folder(), "*.http").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_request_of_the_file_succeeds(string file)
    {
        var (variables, requests) = HttpFile.Parse(await File.ReadAllTextAsync(Path.Combine(Folder(), file)));
        Assert.Equal(["host", "key"], variables.Keys);
        Assert.NotEmpty(requests);
        var answers = new Dictionary<string, JsonElement>();
        foreach (var request in requests)
        {
            var body = await SendAsync(request, Value);
            if (request.Name is { } name)
            {
                answers[name] = JsonDocument.Parse(body).RootElement;
            }
        }

        string Value(string what) => what switch
        {
            "host" => Gateway.BaseUrl.GetLeftPart(UriPartial.Authority),
            "key" => RunningSystem.AdminKey,
            _ when what.Split(FromBody) is [var name, var path] => path.Split('.').Aggregate(answers[name], (value, field) => value.GetProperty(field)).GetString()!,
            _ => throw new FormatException($"{file} uses '{what}', which nothing sets"),
        };
    }

    // A call is stored a moment after its answer: until then it is not found. Other work takes longer, and the file says until when.
    private async Task<string> SendAsync(HttpFileRequest request, Func<string, string> value)
    {
        var answer = "";
        await Eventually.TrueAsync(
            async token =>
            {
                using var message = Message(request, value);
                using var response = await Http.SendAsync(message, token);
                answer = await response.Content.ReadAsStringAsync(token);
                Assert.True(response.IsSuccessStatusCode || (int)response.StatusCode == 404, $"{request.Title}: {(int)response.StatusCode} {answer}");
                return response.IsSuccessStatusCode
                    && (request.Until is not { } goal || JsonElement.Parse(answer).GetProperty(goal.Field).GetString() == goal.Value);
            },
            $"a success of '{request.Title}'");
        return answer;
    }

    private static HttpRequestMessage Message(HttpFileRequest request, Func<string, string> value)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), HttpFile.Replace(request.Url, value));
        if (request.Body.Length > 0)
        {
            // The lines of a multipart body end as HTTP's own do.
            message.Content = new StringContent(HttpFile.Replace(request.Body, value).Replace("\n", "\r\n", StringComparison.Ordinal));
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.Headers.Single(header => header.Name == "Content-Type").Value);
        }

        foreach (var (name, text) in request.Headers.Where(header => header.Name != "Content-Type"))
        {
            message.Headers.TryAddWithoutValidation(name, HttpFile.Replace(text, value));
        }

        return message;
    }

    private static string Folder() => SourceFolder.Find("docs", "http");
}

[Collection<StandaloneShape>]
public sealed class HttpSamplesInStandalone(StandaloneFixture fixture) : HttpSampleTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class HttpSamplesInServices(ServicesFixture fixture) : HttpSampleTests(fixture.Gateway);
