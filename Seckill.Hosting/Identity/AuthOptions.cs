using System.ComponentModel.DataAnnotations;

namespace Seckill.Hosting.Identity;

/// <summary>Whose tokens count: configuration section <c>Auth</c>.</summary>
public sealed class AuthOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Auth";

    /// <summary>Directory with one or more <c>*.pub.pem</c>: the keys that tokens may be signed with.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "must name the directory that holds the *.pub.pem files")]
    public string KeysPath { get; set; } = "keys";

    /// <summary>Claim <c>iss</c> that a token must have.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "must name the issuer of tokens")]
    public string Issuer { get; set; } = "seckill";

    /// <summary>Claim <c>aud</c> that a token must have.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "must name the audience of tokens")]
    public string Audience { get; set; } = "seckill-api";
}
