using LlmGateway.LocalModel;

namespace LlmGateway.Benchmarks.Local;

/// <summary>Whether a tool is called when, and only when, a request resembles it: eight banking tools described in a few words each.</summary>
internal static class ToolCalls
{
    // An intent of banking77 for which each tool is the right one.
    private static readonly (string Intent, Tool Tool)[] Tools =
    [
        ("lost_or_stolen_card", new("block_card", "Block a card that was lost or stolen.", null)),
        ("change_pin", new("change_pin", "Change the PIN of a card.", null)),
        ("exchange_rate", new("get_exchange_rate", "Get the exchange rate of a currency.", null)),
        ("terminate_account", new("close_account", "Close, delete or terminate the customer's account.", null)),
        ("request_refund", new("request_refund", "Get a refund for an item or purchase.", null)),
        ("edit_personal_details", new("change_details", "Change the customer's personal details: name, address, phone number.", null)),
        ("card_arrival", new("track_card", "Track the delivery of a new card that has not arrived yet.", null)),
        ("top_up_limits", new("get_top_up_limit", "Get the limit of a top-up.", null)),
    ];

    public static IEnumerable<Measure> Measure(string data)
    {
        var wanted = LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "test.csv"))
            .Join(Tools, row => row.Label, tool => tool.Intent, (row, tool) => (row.Text, tool.Tool.Name)).ToList();
        yield return new Measure("banking77", "requests for which the right one of 8 tools is called", Interval.Wilson(wanted.Count(row => Called(row.Text) == row.Name), wanted.Count));

        var unrelated = XQuad.Read(data);
        yield return new Measure("XQuAD", "unrelated questions for which none of 8 banking tools is called", Interval.Wilson(unrelated.Count(row => Called(row.Text) is null), unrelated.Count));
    }

    private static string? Called(string request) => ToolPicker.Pick(Ask(request)) is [var call, ..] ? call.Name : null;

    private static Generation Ask(string request) => new()
    {
        Turns = [new ChatTurn("user", request)],
        Sampling = new Sampling(1, null, [], 0, null),
        Tools = [.. Tools.Select(tool => tool.Tool)],
        ParallelCalls = false,
    };
}
