using System.Globalization;
using System.Text.Json.Nodes;

namespace LlmGateway.Cli.Api;

/// <summary>Short ways into the gateway's answers.</summary>
internal static class JsonReading
{
    public static string Text(this JsonNode node, string name) => node[name]!.GetValue<string>();

    public static double? Number(this JsonNode node, string name) => node[name]?.GetValue<double>();

    public static IEnumerable<JsonNode> List(this JsonNode node, string name) => node[name]!.AsArray().Select(entry => entry!);

    /// <summary>A figure with its interval, such as <c>0.3904 [0.3645, 0.4171]</c>.</summary>
    public static string Figure(this JsonNode node, string name, string form = "0.0000") =>
        node[name] is not { } figure || figure.Number("value") is not { } value ? "–"
        : figure.Number("low") is { } low && figure.Number("high") is { } high
            ? $"{value.ToString(form, CultureInfo.InvariantCulture)} [{low.ToString(form, CultureInfo.InvariantCulture)}, {high.ToString(form, CultureInfo.InvariantCulture)}]"
            : value.ToString(form, CultureInfo.InvariantCulture);
}
