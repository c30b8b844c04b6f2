// Stands in for the kernel's ALSA sequencer where there is none (virtual machines, containers), preloaded
// into a DAW that does not start without one. Nothing is connected to it; but what a file says, character by
// character as it grows, arrives as MIDI machine control, as from the transport keys of a controller:
//   p play   s stop   r record   x record off
#define _GNU_SOURCE
#include <alsa/asoundlib.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { kFirstClient = 128, kKeyPollUs = 20000 };

struct handle {
  int pipe[2];
  int client, queues, ports;
  snd_seq_event_t event;  // the one given out last
  unsigned char sysex[6];
};

static int g_opened;

static unsigned char CommandOf(char key) {
  return key == 'p' ? 0x02 : key == 's' ? 0x01 : key == 'r' ? 0x06 : key == 'x' ? 0x07 : 0;
}

static void* FollowKeys(void* context) {
  struct handle* handle = context;
  const int file = open(getenv("JAMBRIDGE_KEYS"), O_RDONLY | O_CLOEXEC);
  char key;
  while (file >= 0) {
    if (read(file, &key, 1) != 1) {
      usleep(kKeyPollUs);
    } else if (CommandOf(key) != 0 && write(handle->pipe[1], &key, 1) != 1) {
      break;
    }
  }
  return NULL;
}

static struct handle* Of(snd_seq_t* seq) { return (struct handle*)seq; }

int snd_seq_open(snd_seq_t** seq, const char* name, int streams, int mode) {
  struct handle* handle = calloc(1, sizeof *handle);
  if (handle == NULL || pipe(handle->pipe) != 0) return -1;
  handle->client = kFirstClient + g_opened;
  pthread_t thread;
  // The first is the DAW's own; others only watch who comes and goes.
  if (g_opened++ == 0 && getenv("JAMBRIDGE_KEYS") != NULL) pthread_create(&thread, NULL, FollowKeys, handle);
  *seq = (snd_seq_t*)handle;
  return 0;
}

int snd_seq_close(snd_seq_t* seq) {
  close(Of(seq)->pipe[0]);
  return 0;  // the thread may still hold the rest
}

int snd_seq_event_input(snd_seq_t* seq, snd_seq_event_t** event) {
  struct handle* handle = Of(seq);
  char key;
  *event = NULL;
  if (read(handle->pipe[0], &key, 1) != 1) return -EAGAIN;
  const unsigned char message[6] = {0xF0, 0x7F, 0x7F, 0x06, CommandOf(key), 0xF7};
  memcpy(handle->sysex, message, sizeof message);
  snd_seq_ev_clear(&handle->event);
  snd_seq_ev_set_sysex(&handle->event, sizeof message, handle->sysex);
  *event = &handle->event;
  return 1;
}

int snd_seq_event_input_pending(snd_seq_t* seq, int fetch) {
  struct pollfd ready = {Of(seq)->pipe[0], POLLIN, 0};
  return poll(&ready, 1, 0) > 0 ? 1 : 0;
}

int snd_seq_poll_descriptors_count(snd_seq_t* seq, short events) { return 1; }
int snd_seq_poll_descriptors(snd_seq_t* seq, struct pollfd* polled, unsigned space, short events) {
  if (space == 0) return 0;
  *polled = (struct pollfd){Of(seq)->pipe[0], POLLIN, 0};
  return 1;
}

int snd_seq_client_id(snd_seq_t* seq) { return Of(seq)->client; }
int snd_seq_alloc_queue(snd_seq_t* seq) { return Of(seq)->queues++; }
int snd_seq_create_simple_port(snd_seq_t* seq, const char* name, unsigned caps, unsigned type) {
  return Of(seq)->ports++;
}

// What is sent goes nowhere, and is taken.
int snd_seq_event_output(snd_seq_t* seq, snd_seq_event_t* event) { return (int)sizeof *event; }
int snd_seq_event_output_direct(snd_seq_t* seq, snd_seq_event_t* event) { return (int)sizeof *event; }

// There is nobody else.
int snd_seq_get_any_client_info(snd_seq_t* seq, int client, snd_seq_client_info_t* info) { return -ENOENT; }
int snd_seq_get_any_port_info(snd_seq_t* seq, int client, int port, snd_seq_port_info_t* info) {
  return -ENOENT;
}
int snd_seq_query_next_client(snd_seq_t* seq, snd_seq_client_info_t* info) { return -ENOENT; }
int snd_seq_query_next_port(snd_seq_t* seq, snd_seq_port_info_t* info) { return -ENOENT; }
int snd_seq_query_port_subscribers(snd_seq_t* seq, snd_seq_query_subscribe_t* query) { return -ENOENT; }

// A queue that tells no time: the DAW then trusts its audio clock.
int snd_seq_get_queue_status(snd_seq_t* seq, int queue, snd_seq_queue_status_t* status) { return -ENOENT; }

int snd_seq_control_queue(snd_seq_t* seq, int queue, int type, int value, snd_seq_event_t* event) {
  return 0;
}
int snd_seq_delete_simple_port(snd_seq_t* seq, int port) { return 0; }
int snd_seq_drain_output(snd_seq_t* seq) { return 0; }
int snd_seq_drop_input(snd_seq_t* seq) { return 0; }
int snd_seq_drop_output(snd_seq_t* seq) { return 0; }
int snd_seq_free_event(snd_seq_event_t* event) { return 0; }
int snd_seq_free_queue(snd_seq_t* seq, int queue) { return 0; }
int snd_seq_get_port_info(snd_seq_t* seq, int port, snd_seq_port_info_t* info) { return 0; }
int snd_seq_get_queue_tempo(snd_seq_t* seq, int queue, snd_seq_queue_tempo_t* tempo) { return 0; }
int snd_seq_remove_events(snd_seq_t* seq, snd_seq_remove_events_t* which) { return 0; }
int snd_seq_set_client_name(snd_seq_t* seq, const char* name) { return 0; }
int snd_seq_set_port_info(snd_seq_t* seq, int port, snd_seq_port_info_t* info) { return 0; }
int snd_seq_set_queue_tempo(snd_seq_t* seq, int queue, snd_seq_queue_tempo_t* tempo) { return 0; }
int snd_seq_set_queue_timer(snd_seq_t* seq, int queue, snd_seq_queue_timer_t* timer) { return 0; }
int snd_seq_subscribe_port(snd_seq_t* seq, snd_seq_port_subscribe_t* subscription) { return 0; }
int snd_seq_unsubscribe_port(snd_seq_t* seq, snd_seq_port_subscribe_t* subscription) { return 0; }
