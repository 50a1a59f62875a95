namespace LlmGateway.Service.Tests.Storage;

public sealed class RowIdTests
{
    private static readonly DateTimeOffset Moment = DateTimeOffset.FromUnixTimeSeconds(1_767_323_045);

    [Fact]
    public void The_lowest_id_of_a_time_parts_earlier_ids_from_later_ones()
    {
        var border = RowIds.Lowest("file-", Moment);

        Assert.All(Enumerable.Range(1, 50), step =>
        {
            Assert.True(string.CompareOrdinal(RowIds.New("file-", Moment.AddMilliseconds(-step)), border) < 0);
            Assert.True(string.CompareOrdinal(RowIds.New("file-", Moment.AddMilliseconds(step - 1)), border) > 0);
        });
    }
}
