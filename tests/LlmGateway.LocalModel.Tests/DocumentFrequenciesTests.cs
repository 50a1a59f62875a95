using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.LocalModel.Tests;

public sealed class DocumentFrequenciesTests
{
    [Fact]
    public void The_shipped_table_is_what_the_named_sets_give()
    {
        var data = SharedData.Find(out var skipReason);
        Assert.SkipWhen(data is null, skipReason ?? "");

        var table = DocumentFrequencies.Count([.. Abstracts(data!), .. Questions(data!)]);
        if (Environment.GetEnvironmentVariable("LLMGATEWAY_WRITE_FREQUENCIES") is { } path)
        {
            File.WriteAllBytes(path, table);
        }

        using var shipped = typeof(DocumentFrequencies).Assembly.GetManifestResourceStream("document-frequencies.bin")!;
        using var bytes = new MemoryStream();
        shipped.CopyTo(bytes);
        Assert.Equal(bytes.ToArray(), table);
    }

    private static IEnumerable<string> Abstracts(string data) =>
        File.ReadLines(Path.Combine(data, "scifact", "corpus.jsonl")).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return $"{document.RootElement.GetProperty("title").GetString()} {document.RootElement.GetProperty("text").GetString()}";
        });

    // The label follows the line's last comma; quotes do not matter to the words.
    private static IEnumerable<string> Questions(string data) =>
        File.ReadLines(Path.Combine(data, "banking77", "train.csv")).Skip(1).Select(line => line[..Math.Max(0, line.LastIndexOf(','))]);
}
