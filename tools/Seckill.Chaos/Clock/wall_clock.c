/*
 * Stands before the C library's wall clock in a process that is started with it (LD_PRELOAD), and adds a step to it: the nanoseconds, as a 64-bit number of this
 * machine's byte order, at the start of the file that WALL_CLOCK_STEP names. The file is mapped, so a step counts at once for everybody in the process.
 *
 * Monotonic clocks are left alone. A wait until a time of the wall clock (.NET has none, librdkafka has all of its waits) means the stepped clock to the caller and the real
 * one to the kernel, so the step is taken off it again. One that has begun goes on as if the clock had not been stepped; the step of a machine's clock would end it sooner, or
 * later. Which clock a time is of is told by the time itself: no machine has been up for thirty years.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define NANOSECONDS 1000000000LL
#define THIRTY_YEARS 946080000LL

static volatile const int64_t *step;
static int (*real_gettime)(clockid_t, struct timespec *);
static int (*real_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
static int (*real_c11_timedwait)(cnd_t *, mtx_t *, const struct timespec *);

__attribute__((constructor)) static void begin(void)
{
	const char *name = getenv("WALL_CLOCK_STEP");
	int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	void *map = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *step, PROT_READ, MAP_SHARED, file, 0);

	if (file >= 0)
		close(file);
	if (map == MAP_FAILED)
		abort();
	step = map;
}

/* A condition variable of today's shape. Asked for by name alone, the C library of x86-64 may give the one of 2002. */
static void *condition(const char *name)
{
	void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");

	return found ? found : dlsym(RTLD_NEXT, name);
}

static struct timespec moved(struct timespec time, int64_t by)
{
	int64_t nanoseconds = time.tv_nsec + by % NANOSECONDS;

	time.tv_sec += by / NANOSECONDS;
	if (nanoseconds >= NANOSECONDS)
		time.tv_sec++, nanoseconds -= NANOSECONDS;
	else if (nanoseconds < 0)
		time.tv_sec--, nanoseconds += NANOSECONDS;
	time.tv_nsec = nanoseconds;
	return time;
}

static struct timespec of_kernel(const struct timespec *until)
{
	return until->tv_sec > THIRTY_YEARS ? moved(*until, -*step) : *until;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
	int result;

	if (!real_gettime)
		real_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	result = real_gettime(clock, time);
	if (result == 0 && step && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		*time = moved(*time, *step);
	return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return -1;
	time->tv_sec = now.tv_sec;
	time->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *time)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (time)
		*time = now.tv_sec;
	return now.tv_sec;
}

int timespec_get(struct timespec *time, int base)
{
	return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, time) == 0 ? base : 0;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition_, pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
	struct timespec time = of_kernel(until);

	if (!real_timedwait)
		real_timedwait = (int (*)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *))condition("pthread_cond_timedwait");
	return real_timedwait(condition_, mutex, &time);
}

int cnd_timedwait(cnd_t *restrict condition_, mtx_t *restrict mutex, const struct timespec *restrict until)
{
	struct timespec time = of_kernel(until);

	if (!real_c11_timedwait)
		real_c11_timedwait = (int (*)(cnd_t *, mtx_t *, const struct timespec *))dlsym(RTLD_NEXT, "cnd_timedwait");
	return real_c11_timedwait(condition_, mutex, &time);
}
