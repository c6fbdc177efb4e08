#!/bin/sh
# Supervises private RabbitMQ nodes and an epmd of their own; lives on when its parent is killed, to clean up after it.
#
#   supervise.sh [--detach] DIR EPMD_PORT NODES
#
# DIR/1/run … DIR/NODES/run start one node each. DIR and everything in it is removed at the end.
#
#   standard output  `ready`, or `failed: why`; later `exited: why`, and after commands `down N`, `up N`, `paused N` and
#                    `resumed N`
#   standard input   its end stops everything; a line `kill N` kills node N (SIGKILL), `start N` starts it again,
#                    `pause N` stops it where it is (SIGSTOP), `resume N` lets it go on
#   --detach         returns after the first answer; the nodes stay. End them with: kill $(cat DIR/supervisor.pid)
#   environment      GRACE (seconds to stop nicely), START_TIMEOUT (seconds)
umask 077
trap '' PIPE
setsid=$(command -v setsid || echo "perl -MPOSIX -e POSIX::setsid();exec(@ARGV) --")

if [ "$1" = --detach ]; then
    shift
    mkfifo "$1/answer" || exit 1
    DETACHED=1 $setsid /bin/sh "$0" "$@" </dev/null >"$1/answer" 2>/dev/null &
    IFS= read -r answer <"$1/answer"
    printf '%s\n' "${answer:-failed: the supervisor did not answer}"
    exit 0
fi

dir=$1 epmd_port=$2 nodes=$3
grace=${GRACE:-5}
start_timeout=${START_TIMEOUT:-120}
echo $$ >"$dir/supervisor.pid"

# Everything that happens becomes a line in this pipe: output of nodes, commands, signals, timers.
mkfifo "$dir/events" || exit 1
exec 3<>"$dir/events" 4<&0 </dev/null
trap 'echo stop >&3' TERM INT HUP

start_node() { # in a session of its own, which is also how all its processes are found again
    running=$((running + 1))
    {
        { $setsid /bin/sh "$dir/$1/run" 3>&- & echo $! >"$dir/$1/pid"; wait $!; printf '\n=exit %s\n' $?; } 2>&1 | {
            status=0
            while IFS= read -r line; do
                case $line in
                *"completed with "*" plugins"*) echo "ready $1" >&3 ;;
                "=exit "*) status=${line#* } ;;
                esac
                printf '%s\n' "$line"
            done
            echo "gone $1 $status" >&3
        }
    } </dev/null >>"$dir/$1/output" 2>&1 4<&- &
}
signal_node() { kill -s "$1" -- "-$(cat "$dir/$2/pid" 2>/dev/null)" 2>/dev/null; }
signal_all() {
    n=0
    while [ $n -lt "$nodes" ]; do
        n=$((n + 1))
        signal_node "$1" $n
    done
}
reason() { # what a node said last, or the error RabbitMQ frames for people
    text=$(sed -n '/^Error during startup/,/^$/p' "$dir"/$1/output)
    printf %s "${text:-$(tail -n 5 "$dir"/$1/output)}" | tr -s '\n ' '  '
}
start_timer() { # SECONDS EVENT
    $setsid /bin/sh -c 'sleep "$1"; echo "$2" >&3' timer "$1" "$2" >/dev/null 2>&1 4<&- &
    timer=$!
}
stop_timer() { kill -- "-$timer" 2>/dev/null; }

if [ -z "$DETACHED" ]; then
    { while IFS= read -r command; do echo "$command" >&3; done; echo stop >&3; } <&4 >/dev/null &
    commands=$!
fi
exec 4<&-

running=0 ready=0 stopping='' expected='' failed=0
$setsid epmd -address 127.0.0.1 -port "$epmd_port" >"$dir/epmd.output" 2>&1 3>&- &
epmd=$!
start_timer "$start_timeout" overdue
start_node 1

while [ -z "$stopping" ] || [ $running -gt 0 ]; do
    read -r event node status <&3 || continue
    case $event in
    ready)
        ready=$((ready + 1))
        # The first node forms the cluster, the others join it: all at once they would wait for each other.
        if [ $ready -eq 1 ]; then
            n=1
            while [ $n -lt "$nodes" ]; do
                n=$((n + 1))
                start_node $n
            done
        fi
        if [ $ready -eq "$nodes" ]; then
            stop_timer
            echo ready
        elif [ $ready -gt "$nodes" ]; then
            echo "up $node"
        fi
        ;;
    start) start_node "$node" ;;
    pause)
        signal_node STOP "$node"
        echo "paused $node"
        ;;
    resume)
        signal_node CONT "$node"
        echo "resumed $node"
        ;;
    kill)
        expected="$expected $node "
        signal_node KILL "$node"
        ;;
    gone)
        running=$((running - 1))
        case "$stopping$expected" in
        yes*) ;;
        *" $node "*)
            expected="${expected%%" $node "*}${expected#*" $node "}"
            echo "down $node"
            ;;
        *)
            [ $ready -lt "$nodes" ] && what=failed || what=exited
            echo "$what: node $node ended with status $status: $(reason "$node")"
            failed=1 event=stop
            ;;
        esac
        ;;
    overdue)
        [ $ready -ge "$nodes" ] || {
            echo "failed: not ready after $start_timeout s: $(reason '*')"
            failed=1 event=stop
        }
        ;;
    killall) signal_all KILL ;;
    esac
    if [ "$event" = stop ] && [ -z "$stopping" ]; then
        stopping=yes
        stop_timer
        start_timer "$grace" killall
        signal_all CONT
        signal_all TERM
    fi
done

stop_timer
[ -z "$commands" ] || kill "$commands" 2>/dev/null
kill -s KILL -- "-$epmd" 2>/dev/null
rm -rf "$dir"
exit $failed
