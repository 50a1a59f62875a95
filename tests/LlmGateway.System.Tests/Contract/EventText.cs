namespace LlmGateway.System.Tests;

/// <summary>What a stream's text holds.</summary>
internal static class EventText
{
    /// <summary>The JSON of each event, without the end mark.</summary>
    public static List<string> Data(string stream) =>
    [
        .. stream.Split('\n')
            .Where(line => line.StartsWith("data: ", StringComparison.Ordinal) && line != "data: [DONE]")
            .Select(line => line["data: ".Length..]),
    ];
}
