using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>
/// How fast files come into a store: SciFact's abstracts as JSON Lines, cut by paragraphs and sentences and embedded by
/// <c>local/embedding</c>, from the request to the end of the batch, in Standalone as it ships. The second time their vectors are known.
/// </summary>
internal static class IngestionRate
{
    private const int Files = 16;
    private const int Rounds = 3;
    private const int Goal = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task PrintAsync(string data)
    {
        Console.WriteLine();
        Console.WriteLine("| files into a store | chunks | chunks/s | goal | again, vectors known | peak memory |");
        Console.WriteLine("|---|---|---|---|---|---|");
        await PrintAsync("SQLite", data, () => Task.FromResult<string?>(null));
        if (TestServers.SkipReason is null)
        {
            await PrintAsync("PostgreSQL", data, async () => await TestServers.CreateDatabaseAsync());
        }
    }

    private static async Task PrintAsync(string database, string data, Func<Task<string?>> connect)
    {
        var rounds = new List<Round>();
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add(await MeasureAsync(data, await connect()));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {database} | {rounds[0].Chunks} | {Median(rounds, round => round.Rate):0} ({rounds.Min(round => round.Rate):0}–{rounds.Max(round => round.Rate):0}) | ≥ {Goal} | {Median(rounds, round => round.RateAgain):0} | {rounds.Max(round => round.PeakBytes) >> 20} MB |"));
    }

    private static double Median(List<Round> rounds, Func<Round, double> figure) => rounds.Select(figure).Order().ElementAt(rounds.Count / 2);

    private static async Task<Round> MeasureAsync(string data, string? connection)
    {
        using var folder = new TempFolder();
        await using var server = await GatewayServer.StartAloneAsync(folder, connection is null ? [] : new() { ["ConnectionStrings__retrieval"] = connection });
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", GatewayServer.AdminKey);
        var documents = File.ReadAllLines(Path.Combine(data, "scifact", "corpus.jsonl"));
        var files = new List<string>();
        foreach (var part in documents.Chunk((documents.Length / Files) + 1))
        {
            files.Add(await UploadAsync(http, string.Join('\n', part)));
        }

        // What every process does once, such as reading its vocabulary, is not what is measured.
        await AddAsync(http, [await UploadAsync(http, """{"text": "first"}""")]);
        var first = await AddAsync(http, files);
        var chunks = await CountAsync(folder, connection) - 1;
        var again = await AddAsync(http, files);
        return new Round(chunks, chunks / first.TotalSeconds, chunks / again.TotalSeconds, server.PeakMemory());
    }

    private static async Task<string> UploadAsync(HttpClient http, string content)
    {
        using var form = new MultipartFormDataContent { { new StringContent("assistants"), "purpose" }, { new StringContent(content), "file", "part.jsonl" } };
        return (await ReadAsync(await http.PostAsync("/v1/files", form))).GetProperty("id").GetString()!;
    }

    /// <summary>Makes a store of files, and waits until they are in.</summary>
    private static async Task<TimeSpan> AddAsync(HttpClient http, List<string> files)
    {
        var store = (await PostAsync(http, "/v1/vector_stores", "{}")).GetProperty("id").GetString();
        var body = $$$"""{"file_ids": {{{JsonSerializer.Serialize(files)}}}, "chunking_strategy": {"type": "recursive", "recursive": {"max_chunk_size_tokens": 200} } }""";
        var start = Stopwatch.GetTimestamp();
        var batch = (await PostAsync(http, $"/v1/vector_stores/{store}/file_batches", body)).GetProperty("id").GetString();
        while (true)
        {
            var shown = await ReadAsync(await http.GetAsync($"/v1/vector_stores/{store}/file_batches/{batch}"));
            var counts = shown.GetProperty("file_counts");
            if (counts.GetProperty("in_progress").GetInt32() == 0)
            {
                return counts.GetProperty("completed").GetInt32() == files.Count ? Stopwatch.GetElapsedTime(start) : throw new InvalidOperationException(shown.ToString());
            }

            await Task.Delay(Pause);
        }
    }

    private static async Task<long> CountAsync(TempFolder folder, string? connection)
    {
        const string count = "SELECT COUNT(*) FROM chunks";
        if (connection is not null)
        {
            await using var source = NpgsqlDataSource.Create(connection);
            return (long)(await source.CreateCommand(count).ExecuteScalarAsync())!;
        }

        await using var database = new SqliteConnection($"Data Source={folder.File("retrieval.db")};Mode=ReadOnly;Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = count;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await ReadAsync(await http.PostAsync(path, content));
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using var owned = response;
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException(text);
    }

    /// <param name="Chunks">How many came in.</param>
    /// <param name="Rate">Chunks a second.</param>
    /// <param name="RateAgain">The same for a second store of the same files.</param>
    /// <param name="PeakBytes">Most memory that the process had.</param>
    private sealed record Round(long Chunks, double Rate, double RateAgain, long PeakBytes);
}
