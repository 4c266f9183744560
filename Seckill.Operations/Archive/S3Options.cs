using System.ComponentModel.DataAnnotations;

namespace Seckill.Operations.Archive;

/// <summary>A bucket behind an S3 interface: configuration section <c>Archive:S3</c>. Aliyun OSS has such an interface, too.</summary>
public sealed class S3Options
{
    /// <summary>Address of the service: <c>https://host[:port]</c>.</summary>
    [Required(ErrorMessage = "must be an address like https://s3.example.com")]
    [RegularExpression("^https?://[^/?#]+/?$", ErrorMessage = "must be an address like https://s3.example.com, without a path")]
    public string ServiceUrl { get; set; } = "";

    /// <summary>Bucket. It must exist: creating one needs rights that the application should not have.</summary>
    [Required(ErrorMessage = "must be the name of a bucket")]
    [RegularExpression("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", ErrorMessage = "must be 3 to 63 lower-case letters, digits, dots and hyphens")]
    public string Bucket { get; set; } = "";

    /// <summary>What all keys begin with; empty, or ending with a slash.</summary>
    [RegularExpression("^([A-Za-z0-9._-]+/)*$", ErrorMessage = "must be empty or end with '/', of letters, digits, '.', '_' and '-'")]
    public string Prefix { get; set; } = "failed-orders/";

    /// <summary>Region that requests are signed for.</summary>
    [Required(ErrorMessage = "must be the region that requests are signed for")]
    public string Region { get; set; } = "us-east-1";

    /// <summary>Access key.</summary>
    [Required(ErrorMessage = "must be an access key")]
    public string AccessKey { get; set; } = "";

    /// <summary>Secret key.</summary>
    [Required(ErrorMessage = "must be the secret key that belongs to the access key")]
    public string SecretKey { get; set; } = "";

    /// <summary>
    /// Whether bucket and key stand in the path (<c>https://host/bucket/key</c>) and not the bucket in the host name; OSS wants the latter.
    /// </summary>
    public bool PathStyle { get; set; } = true;

    /// <summary>
    /// Whether writes are made conditional (<c>If-Match</c>, <c>If-None-Match</c>), so that of several processes one wins. To be turned off
    /// where the server refuses such writes; on such a server, or one that ignores the conditions, two processes that mark one order as
    /// handled in the same instant may both be told that they did it, and the mark of the last one stays.
    /// </summary>
    public bool ConditionalWrites { get; set; } = true;
}
