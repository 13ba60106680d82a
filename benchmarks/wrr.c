/* The wrr model as one writes it in C: a heap of ends, a ring of connections in TIME_WAIT. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct { double time; int server; } kept;

static uint64_t state;

static double draw(void) /* xorshift64*, in (0, 1] */
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return ((state * 2685821657736338717ULL >> 11) + 1) * (1.0 / 9007199254740992.0);
}

static void push(kept *heap, size_t *count, kept one)
{
    size_t at = (*count)++;
    while (at && heap[(at - 1) / 2].time > one.time) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = one;
}

static kept pop(kept *heap, size_t *count)
{
    kept top = heap[0], last = heap[--*count];
    size_t at = 0, child;
    while ((child = 2 * at + 1) < *count) {
        if (child + 1 < *count && heap[child + 1].time < heap[child].time)
            child++;
        if (last.time <= heap[child].time)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return top;
}

/* Let count connections arrive; served, active and inactive count by server. */
int wrr(const int *weights, int servers, double rate, double seconds, double time_wait,
        size_t count, uint64_t seed, int *served, int *active, int *inactive)
{
    kept *heap = malloc(count * sizeof *heap), *ring = malloc(count * sizeof *ring);
    size_t open = 0, first = 0, behind = 0, done;
    int at = servers, most = 0, threshold, i;
    double now = 0;

    if (!heap || !ring)
        return 1;
    state = seed;
    for (i = 0; i < servers; i++)
        if (weights[i] > most)
            most = weights[i];
    threshold = weights[0]; /* where the kernel is when all servers have been added */
    for (done = 0; done < count; done++) {
        now += -log(draw()) / rate;
        for (;;) {
            if (open && heap[0].time <= now && (first == behind || heap[0].time < ring[first].time)) {
                kept one = pop(heap, &open);
                active[one.server]--;
                inactive[one.server]++;
                one.time += time_wait;
                ring[behind++] = one;
            } else if (first != behind && ring[first].time <= now) {
                inactive[ring[first++].server]--;
            } else {
                break;
            }
        }
        do {
            if (--at < 0) { /* the newest server is the first in the kernel's list */
                at = servers - 1;
                if (--threshold == 0)
                    threshold = most;
            }
        } while (weights[at] < threshold);
        served[at]++;
        active[at]++;
        push(heap, &open, (kept){now - log(draw()) * seconds, at});
    }
    free(heap);
    free(ring);
    return 0;
}
