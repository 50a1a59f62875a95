using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Models;

namespace LlmGateway.Gateway.Requests;

/// <summary>
/// The body as the provider gets it: the caller's bytes, with only <c>model</c>, <c>stream_options</c> and
/// <c>metadata</c> changed. Nothing is copied: the result is a list of slices.
/// </summary>
internal static class RequestSplice
{
    private static readonly byte[] AskForUsage = "\"stream_options\":{\"include_usage\":true},"u8.ToArray();

    public static (List<ReadOnlyMemory<byte>> Parts, bool UsageForced) Apply(
        ReadOnlyMemory<byte> body, RequestScan scan, Deployment deployment, Operation operation)
    {
        var edits = new List<(ByteRange Range, ReadOnlyMemory<byte> Text)>(3);
        if (scan.Model != deployment.Model)
        {
            edits.Add((scan.ModelValue, Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(deployment.Model)}\"")));
        }

        // Providers refuse metadata on calls that they do not store.
        if (!scan.MetadataMember.IsEmpty && scan.Store != true)
        {
            edits.Add((scan.MetadataMember, default));
        }

        var forced = scan.Stream && operation.UsageOnRequest && !scan.IncludeUsage && deployment.Provider.StreamUsage;
        if (forced)
        {
            edits.Add(ForceUsage(body, scan));
        }

        edits.Sort((left, right) => left.Range.Start.CompareTo(right.Range.Start));
        return (Cut(body, edits), forced);
    }

    private static (ByteRange Range, ReadOnlyMemory<byte> Text) ForceUsage(ReadOnlyMemory<byte> body, RequestScan scan)
    {
        if (scan.StreamOptions.IsEmpty)
        {
            return (new ByteRange(scan.FirstMember, scan.FirstMember), AskForUsage);
        }

        var options = JsonNode.Parse(body.Span[scan.StreamOptions.Start..scan.StreamOptions.End])?.AsObject() ?? [];
        options["include_usage"] = true;
        return (scan.StreamOptions, Encoding.UTF8.GetBytes(options.ToJsonString()));
    }

    private static List<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> body, List<(ByteRange Range, ReadOnlyMemory<byte> Text)> edits)
    {
        var parts = new List<ReadOnlyMemory<byte>>(edits.Count * 2 + 1);
        var position = 0;
        foreach (var (range, text) in edits)
        {
            Add(parts, body[position..range.Start]);
            Add(parts, text);
            position = range.End;
        }

        Add(parts, body[position..]);
        return parts;
    }

    private static void Add(List<ReadOnlyMemory<byte>> parts, ReadOnlyMemory<byte> part)
    {
        if (!part.IsEmpty)
        {
            parts.Add(part);
        }
    }
}
