# Started early by the machine: writes to a file when all multipath maps are there, active and with all of their paths, in
# seconds after the kernel. It starts no program while it looks, and looks into single maps only when there are enough of
# them, so that it takes next to nothing from those whom it watches.
#   bash watch-maps.sh UNITS PATHS FILE
units=$1 paths=$2 file=$3
shopt -s nullglob
declare -A complete

# Nobody ever writes to it: reading it waits.
mkfifo "$file.never"
exec 9<>"$file.never"

is_complete() {
  local uuid= size=0 suspended=1 members
  { read -r uuid <"$1/dm/uuid" && read -r size <"$1/size" && read -r suspended <"$1/dm/suspended"; } 2>/dev/null
  # The kernel gives a map its size when a table becomes active, and lists its paths as soon as a table is loaded.
  members=("$1"/slaves/*)
  [[ $uuid == mpath-* && $size != 0 && $suspended == 0 && ${#members[@]} == "$paths" ]]
}

while :; do
  maps=(/sys/block/dm-*)
  if ((${#maps[@]} >= units)); then
    for map in "${maps[@]}"; do
      [[ -n ${complete[$map]} ]] || { is_complete "$map" && complete[$map]=1; }
    done
    ((${#complete[@]} >= units)) && break
  fi
  read -r -t 0.1 -u 9
done
read -r up _ </proc/uptime
echo "$up" >"$file"
