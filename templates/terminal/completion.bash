# Completion of redis-lab for bash, from 3.2 on. In ~/.bashrc:  source <(redis-lab completion bash)
_redis_lab() {
  local program=${COMP_WORDS[0]/#\~/$HOME} rest=${COMP_LINE:0:COMP_POINT}
  local words=() word kind value before i
  # Bash ends a word at = : @ as well. What stands together is one word here, and ends at the cursor.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then word=${rest#"${rest%%[![:space:]]*}"}; fi
    if ((i == 0)) || [[ $rest == [[:space:]]* ]]; then
      words[${#words[@]}]=$word
    else
      words[${#words[@]} - 1]+=$word
    fi
    rest=${rest#*"$word"}
  done
  word=${words[${#words[@]} - 1]}
  # Of the last word, bash replaces only what is behind its own end of a word.
  before=${word%"$2"}
  # What is proposed has no quotes.
  word=${word//[\"\'\\]/}
  before=${before//[\"\'\\]/}
  COMPREPLY=()
  {
    read -r kind
    while IFS=$'\t' read -r value _; do
      [[ $value != "$word"* ]] || COMPREPLY+=("${value#"$before"}")
    done
  } < <("$program" --complete "${words[@]:1}" 2>/dev/null </dev/null)
  # Where = ends no word, as after the completion of npm, readline would look for a file with that name.
  if [[ $kind == f* && $word == --*=* && -z $before ]]; then
    while IFS= read -r value; do COMPREPLY+=("${word%%=*}=$value"); done < <(compgen -f -- "${word#*=}")
  fi
  case $kind in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    *) [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace ;;
  esac 2>/dev/null
  return 0
}
if type compopt >/dev/null 2>&1; then
  complete -F _redis_lab redis-lab
else
  complete -o default -F _redis_lab redis-lab
fi
