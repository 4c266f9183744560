namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>
/// Lets scrapes that come at the same time share one collection: a format is collected once at a time, and its page goes to everybody who
/// asked meanwhile. Collecting runs on the thread pool and takes milliseconds; whoever waits for it holds no thread.
/// </summary>
sealed class MetricsScrapes(PrometheusExporter exporter) : IDisposable
{
    const int SparePages = 4;

    readonly Lock _lock = new();
    readonly SemaphoreSlim _collecting = new(1, 1);
    readonly Collection?[] _running = new Collection?[Enum.GetValues<MetricsFormat>().Length];
    readonly Stack<MetricsPage> _spare = new();

    /// <summary>How often something was collected.</summary>
    public long Collections { get; private set; }

    /// <summary>A page of what there is now. Its reader gives it back with <see cref="Return"/>.</summary>
    public Task<MetricsPage> ScrapeAsync(MetricsFormat format)
    {
        lock (_lock)
        {
            if (_running[(int)format] is not { } collection)
            {
                collection = _running[(int)format] = new Collection(format);
                collection.Page = Task.Run(() => CollectAsync(collection));
            }

            collection.Readers++;
            return collection.Page;
        }
    }

    /// <summary>Tells that a reader is done with a page. Once all are, its memory is used again.</summary>
    public void Return(MetricsPage page)
    {
        lock (_lock)
        {
            if (--page.Readers == 0 && _spare.Count < SparePages)
                _spare.Push(page);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _collecting.Dispose();

    async Task<MetricsPage> CollectAsync(Collection collection)
    {
        await _collecting.WaitAsync().ConfigureAwait(false);
        try
        {
            var page = TakePage();
            exporter.WriteTo(page, collection.Format);
            return Close(collection, page);
        }
        finally
        {
            _collecting.Release();
            Close(collection, page: null);
        }
    }

    MetricsPage TakePage()
    {
        lock (_lock)
        {
            Collections++;
            var page = _spare.TryPop(out var spare) ? spare : new MetricsPage();
            page.Clear();
            return page;
        }
    }

    /// <summary>From here on a scrape begins a new collection.</summary>
    MetricsPage Close(Collection collection, MetricsPage? page)
    {
        lock (_lock)
        {
            if (_running[(int)collection.Format] == collection)
                _running[(int)collection.Format] = null;
            if (page is not null)
                page.Readers = collection.Readers;
            return page!;
        }
    }

    sealed class Collection(MetricsFormat format)
    {
        public MetricsFormat Format { get; } = format;

        public int Readers { get; set; }

        public Task<MetricsPage> Page { get; set; } = null!;
    }
}
