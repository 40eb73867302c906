'use client'
import Image from 'next/image'
import { useState } from 'react'
import imported from '../../pictures/imported.png'

export default function Page() {
  const [quality] = useState(90)
  return (
    <main>
      <Image src={imported} alt="static import" quality={quality} />
      <Image src="/public.png" alt="public folder" fill sizes="50vw" />
    </main>
  )
}
