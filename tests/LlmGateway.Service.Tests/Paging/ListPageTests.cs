namespace LlmGateway.Service.Tests.Paging;

public sealed class ListPageTests
{
    [Fact]
    public void A_page_shows_as_many_rows_as_it_holds_and_tells_of_the_one_behind()
    {
        var page = new[] { 3, 2, 1 }.ToPage(2, row => row * 10, row => $"row_{row}");

        Assert.Equal([30, 20], page.Data);
        Assert.Equal(("row_3", "row_2", true), (page.FirstId, page.LastId, page.HasMore));
    }

    [Fact]
    public void The_last_page_has_nothing_behind_it()
    {
        var page = new[] { 2, 1 }.ToPage(2, row => row, row => $"row_{row}");

        Assert.Equal(("row_2", "row_1", false), (page.FirstId, page.LastId, page.HasMore));
    }

    [Fact]
    public void A_page_without_rows_has_no_ids()
    {
        var page = Array.Empty<int>().ToPage(20, row => row, row => $"row_{row}");

        Assert.Empty(page.Data);
        Assert.Equal((null, null, false), (page.FirstId, page.LastId, page.HasMore));
    }

    [Fact]
    public void Entries_shown_in_another_way_keep_their_place()
    {
        var page = new[] { 3, 2, 1 }.ToPage(2, row => row, row => $"row_{row}").Select(row => $"{row}!");

        Assert.Equal(["3!", "2!"], page.Data);
        Assert.Equal(("row_3", "row_2", true), (page.FirstId, page.LastId, page.HasMore));
    }
}
