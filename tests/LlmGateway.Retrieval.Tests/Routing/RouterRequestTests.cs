using LlmGateway.Retrieval.Routing;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Tests.Routing;

/// <summary>What is wrong in a request is refused by the name of its field.</summary>
public sealed class RouterRequestTests
{
    private static readonly Route[] Routes = [new("manual", "vs_1"), new("orders", null, "src_1"), new("chat")];
    private static readonly LabelledQuery[] Examples = [.. RouterFixture.Examples().Select(example => new LabelledQuery(example.Query, example.Label))];
    private static readonly RouterRequest Good = new("r", Routes, null, Examples, null);

    public static TheoryData<string, int> Wrong() => [.. Requests().Select((request, number) => new TheoryDataRow<string, int>(request.Param, number))];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void The_field_is_named(string param, int number)
    {
        var error = Assert.Throws<ApiException>(Requests()[number].Request.Check).Error;
        Assert.Equal((400, param), (error.Status, error.Param));
    }

    [Fact]
    public void What_is_right_passes()
    {
        Good.Check();
        (Good with { Holdout = 0.5 }).Check();
        (Good with { Model = "m", Examples = null }).Check();
        (Good with { Model = "m", Examples = [.. Examples.Take(1)] }).Check();
    }

    private static List<(string Param, RouterRequest Request)> Requests() =>
    [
        ("name", Good with { Name = null }),
        ("name", Good with { Name = new string('n', 65) }),
        ("name", Good with { Name = "a\0" }),
        ("routes", Good with { Routes = null }),
        ("routes", Good with { Routes = [Routes[0]] }),
        ("routes[1]", Good with { Routes = [Routes[0], null!] }),
        ("routes[1].label", Good with { Routes = [Routes[0], new("manual")] }),
        ("routes[0].label", Good with { Routes = [new(" "), Routes[0]] }),
        ("routes[0]", Good with { Routes = [new("both", "vs_1", "src_1"), Routes[0]] }),
        ("routes[0].vector_store_id", Good with { Routes = [new("empty", ""), Routes[0]] }),
        ("routes[0].source_id", Good with { Routes = [new("empty", null, ""), Routes[0]] }),
        ("routes[0].description", Good with { Routes = [new("long", null, null, new string('d', 1025)), Routes[0]] }),
        ("holdout", Good with { Holdout = 0.9 }),
        ("holdout", Good with { Model = "m", Examples = null, Holdout = 0.2 }),
        ("model", Good with { Model = "" }),
        ("examples", Good with { Examples = null }),
        ("examples", Good with { Examples = [.. Examples.Take(3)] }),
        ("examples", Good with { Examples = [.. Enumerable.Repeat(Examples[0], 10_001)] }),
        ("examples", Good with { Model = "m", Examples = [.. Enumerable.Repeat(Examples[0], 201)] }),
        ("examples", Good with { Examples = [.. Examples.Where(example => example.Label != "chat")] }),
        ("examples", Good with { Examples = [.. Examples, .. Enumerable.Repeat(new LabelledQuery(new string('q', 4096), "chat"), 600)] }),
        ("examples[60]", Good with { Examples = [.. Examples, null!] }),
        ("examples[60].label", Good with { Examples = [.. Examples, new("a", "elsewhere")] }),
        ("examples[60].query", Good with { Examples = [.. Examples, new("", "chat")] }),
        ("examples[60].query", Good with { Examples = [.. Examples, new(new string('q', 4097), "chat")] }),
    ];
}
