using PortPortal.Components.Live;

namespace PortPortal.Tests.Components.Live;

public sealed class ForwardCommandTests
{
    [Theory]
    [InlineData(5432, null, "psql -h node.example -p 21873 -U postgres")]
    [InlineData(6379, null, "redis-cli -h node.example -p 21873")]
    [InlineData(6380, "Redis", "redis-cli -h node.example -p 21873")]
    [InlineData(3306, "MariaDB", "mysql -h node.example -P 21873 -u root -p")]
    [InlineData(27017, null, "mongosh mongodb://node.example:21873")]
    [InlineData(5432, "Vite", "nc node.example 21873")]
    [InlineData(9000, null, "nc node.example 21873")]
    public void R17_Command_OfWhatListens_ConnectsThere(int guestPort, string? guess, string expected) =>
        Assert.Equal(expected, ForwardCommand.For(guestPort, guess, "node.example", 21873));
}
