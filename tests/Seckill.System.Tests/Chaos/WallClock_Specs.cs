using System.Diagnostics;
using System.Globalization;

using Seckill.Chaos.Clock;

namespace Seckill.System.Tests.Chaos;

public sealed class WallClock_Specs
{
    [Fact]
    public async Task Should_step_the_wall_clock_of_one_process_and_no_other_clock()
    {
        var folder = Directory.CreateTempSubdirectory("seckill-clock-").FullName;
        var clock = new WallClock(folder, "api-1");
        var settings = clock.Settings();

        (await AheadAsync(settings)).ShouldBe(0, 5.0);
        clock.Step(TimeSpan.FromSeconds(1000));
        (await AheadAsync(settings)).ShouldBe(1000, 5.0);
        clock.Step(TimeSpan.FromSeconds(-1000));
        (await AheadAsync(settings)).ShouldBe(-1000, 5.0);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [InlineData(-500)]
    public async Task Should_leave_waits_until_a_time_as_long_as_they_are(int step)
    {
        var folder = Directory.CreateTempSubdirectory("seckill-clock-").FullName;
        var clock = new WallClock(folder, "api-1");
        var settings = clock.Settings();
        clock.Step(TimeSpan.FromSeconds(step));
        await File.WriteAllTextAsync(Path.Combine(folder, "waits.c"), """
            #include <pthread.h>
            #include <threads.h>
            #include <time.h>

            /* Waits for nothing: a second as librdkafka does, and a second as POSIX has it. */
            int main(void)
            {
                mtx_t mutex;
                cnd_t condition;
                pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
                pthread_cond_t another = PTHREAD_COND_INITIALIZER;
                struct timespec until;
                mtx_init(&mutex, mtx_plain);
                cnd_init(&condition);
                timespec_get(&until, TIME_UTC);
                until.tv_sec++;
                mtx_lock(&mutex);
                if (cnd_timedwait(&condition, &mutex, &until) != thrd_timedout)
                    return 1;
                clock_gettime(CLOCK_REALTIME, &until);
                until.tv_sec++;
                pthread_mutex_lock(&other);
                return pthread_cond_timedwait(&another, &other, &until) == 0;
            }
            """);
        await RunAsync("gcc", [], "-o", Path.Combine(folder, "waits"), Path.Combine(folder, "waits.c"));

        var watch = Stopwatch.StartNew();
        await RunAsync(Path.Combine(folder, "waits"), settings).WaitAsync(TimeSpan.FromSeconds(60));

        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(1.9));
        Directory.Delete(folder, recursive: true);
    }

    static async Task<double> AheadAsync(Dictionary<string, string> settings)
        => long.Parse(await RunAsync("date", settings, "+%s"), CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    static async Task<string> RunAsync(string program, Dictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        return output.Trim();
    }
}
