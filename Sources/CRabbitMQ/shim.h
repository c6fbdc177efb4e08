#ifndef WARREN_CRABBITMQ_SHIM_H
#define WARREN_CRABBITMQ_SHIM_H

// amqp.h only forward-declares struct timeval.
#include <sys/time.h>

// librabbitmq 0.12 moved its headers into rabbitmq-c/; the old names remain there only as warnings.
#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/framing.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#endif

#endif
