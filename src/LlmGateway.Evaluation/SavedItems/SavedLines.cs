using System.Net;
using System.Text.Json;
using LlmGateway.Evaluation.Runs;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.SavedItems;

/// <summary>Items of a run as lines of a dataset's file, written while they are read.</summary>
/// <param name="run">The run.</param>
/// <param name="items">Those of its items that are saved.</param>
/// <param name="request">What is asked of them.</param>
internal sealed class SavedLines(Run run, IQueryable<OutputItem> items, SaveRequest request) : HttpContent
{
    private const int PageSize = 100;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var page = await PageAsync(null, cancellationToken); page is [.., var last]; page = await PageAsync(last, cancellationToken))
        {
            foreach (var item in page)
            {
                await stream.WriteAsync(JsonText.WriteBytes(writer => Write(writer, item)), cancellationToken);
                await stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private Task<List<OutputItem>> PageAsync(OutputItem? after, CancellationToken cancellationToken)
    {
        var (index, repetition) = (after?.Index ?? -1, after?.Repetition ?? -1);
        return items.Where(item => item.Index > index || (item.Index == index && item.Repetition > repetition))
            .OrderBy(item => item.Index).ThenBy(item => item.Repetition).Take(PageSize).ToListAsync(cancellationToken);
    }

    private void Write(Utf8JsonWriter writer, OutputItem row)
    {
        var item = JsonText.Parse(row.Item);
        writer.WriteStartObject();
        writer.WritePropertyName("input");
        (item.TryGetProperty("input", out var input) ? input : item).WriteTo(writer);
        if (item.TryGetProperty("reference", out var reference))
        {
            writer.WritePropertyName("reference");
            reference.WriteTo(writer);
        }

        WriteMetadata(writer, row, item);
        if (request.Split is { } split)
        {
            writer.WriteString("split", split);
        }

        writer.WriteEndObject();
    }

    /// <summary>Where the item comes from, and what was found of it.</summary>
    private void WriteMetadata(Utf8JsonWriter writer, OutputItem row, JsonElement item)
    {
        writer.WriteStartObject("metadata");
        writer.WriteString("eval_id", run.EvalId);
        writer.WriteString("run_id", run.Id);
        writer.WriteString("output_item_id", row.Id);
        writer.WriteString("status", row.Status);
        if (item.TryGetProperty("inference_id", out var call))
        {
            writer.WritePropertyName("inference_id");
            call.WriteTo(writer);
        }

        if (request.Pairs)
        {
            SavedPair.Write(writer, item, row);
        }

        writer.WriteStartArray("grades");
        foreach (var result in row.Results is { } results ? RunJson.ReadResults(results) : [])
        {
            writer.WriteStartObject();
            writer.WriteString("name", result.Name);
            WriteNumber(writer, "score", result.Score);
            writer.WriteString("reason", result.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
