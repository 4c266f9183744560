using System.Net;
using System.Net.Sockets;
using System.Text.Json;

using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

using Microsoft.Extensions.Options;

namespace Seckill.Operations.Archive;

/// <summary>A document as it was read, and its version.</summary>
sealed record StoredOrder(FailedOrder Order, string ETag);

/// <summary>The bucket that the archive is in.</summary>
sealed class S3Bucket(IOptions<ArchiveOptions> options) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    static readonly TimeSpan RequestPatience = TimeSpan.FromSeconds(4);

    readonly Lazy<AmazonS3Client> _client = new(() => NewClient(options.Value.S3));

    S3Options Options => options.Value.S3;

    public S3Keys Keys => new(Options.Prefix);

    /// <summary>The document; null when there is none.</summary>
    public async Task<StoredOrder?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.Value.GetObjectAsync(Options.Bucket, key, cancellationToken).ConfigureAwait(false);
            var order = await JsonSerializer.DeserializeAsync<FailedOrder>(response.ResponseStream, ArchiveJson.Options, cancellationToken)
                .ConfigureAwait(false);
            return new StoredOrder(order ?? throw new JsonException("null"), response.ETag);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"object {key} is not an archived order: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a document, unless it has changed since it was read (or exists, when it did not).</summary>
    /// <returns>Whether it was written.</returns>
    public async Task<bool> WriteAsync(string key, FailedOrder order, StoredOrder? read, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(order, ArchiveJson.Options));
        var request = NewPut(key);
        request.InputStream = content;
        request.ContentType = "application/json";
        if (Options.ConditionalWrites && read is null)
            request.IfNoneMatch = "*";
        else if (Options.ConditionalWrites)
            request.IfMatch = read!.ETag;
        try
        {
            await _client.Value.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    /// <summary>Writes an entry of the index; all that it says is its name.</summary>
    public Task WriteEntryAsync(string key, CancellationToken cancellationToken)
    {
        var request = NewPut(key);
        request.ContentBody = "-";
        return _client.Value.PutObjectAsync(request, cancellationToken);
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
        => _client.Value.DeleteObjectAsync(Options.Bucket, key, cancellationToken);

    /// <summary>The next keys after one, in their order; empty when there are no more.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string prefix, string after, int limit, CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = Options.Bucket, Prefix = prefix, StartAfter = after, MaxKeys = limit };
        var response = await _client.Value.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
        return response.S3Objects?.Select(x => x.Key).ToList() ?? [];
    }

    /// <summary>Does something within ten seconds.</summary>
    /// <exception cref="ArchiveUnavailableException">The server does not answer, or with an error.</exception>
    public static async Task<T> UseAsync<T>(string failure, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            return await work(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw new ArchiveUnavailableException($"{failure}: S3: {exception.Message}", exception);
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    static bool IsUnavailable(Exception exception) => exception is AmazonServiceException or AmazonClientException or HttpRequestException
        or IOException or SocketException or OperationCanceledException or TimeoutException or InvalidDataException or WebException;

    PutObjectRequest NewPut(string key) => new() { BucketName = Options.Bucket, Key = key, UseChunkEncoding = false, AutoCloseStream = false };

    static AmazonS3Client NewClient(S3Options options) => new(new BasicAWSCredentials(options.AccessKey, options.SecretKey), new AmazonS3Config
    {
        ServiceURL = options.ServiceUrl,
        AuthenticationRegion = options.Region,
        ForcePathStyle = options.PathStyle,
        Timeout = RequestPatience,
        MaxErrorRetry = 1,
        // Checksums in trailers are Amazon's own; other servers refuse them or store them as part of the document.
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });
}
