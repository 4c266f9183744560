namespace Seckill.System.Tests.Audit;

/// <summary>The tests that share one pair of servers, each with activities of its own.</summary>
[CollectionDefinition(Name)]
public sealed class BooksCollection : ICollectionFixture<BooksFixture>
{
    public const string Name = "books";
}
